"""How a model's ``config.json`` becomes settings: fields, blocks, the reader, and its caveats."""
