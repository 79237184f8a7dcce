"""What does the metadata of a GGUF file say, in the words of a ``config.json``?

llama.cpp keeps a model in one file: keys such as ``llama.rope.freq_base``, and tensors. Which
entries pair up is no key but follows from the architecture, in llama.cpp's code: the converter of
Llama and its kin reorders the rows of W_q and W_k, so that a checkpoint that is half-split for
Transformers is interleaved here. What a Llama 3 or a LongRoPE divides its speeds by stands in a
tensor. :func:`metadata` reads a file with the ``gguf`` package; :func:`translate` takes what it
gives, or a dump of the keys as JSON.

Source: llama.cpp, ``src/llama-model.cpp`` (llama_model_rope_type, load_hparams),
``src/llama-context.cpp`` (YaRN's factor), and the constants of the ``gguf`` package 0.19.
"""

from pathlib import Path

from rope_lessons import _validate, scaling
from rope_lessons.settings.fields import number, short
from rope_lessons.settings.layers import MOST_LAYERS
from rope_lessons.settings.params import Translation

INTERLEAVED = """
    arcee arctic baichuan bailingmoe chameleon chatglm cohere2 command-r deci deepseek
    deepseek2 deepseek2-ocr ernie4_5 ernie4_5-moe glm-dsa glm4 granite granitehybrid
    granitemoe internlm2 llada llama llama-embed llama4 maincoder minicpm mistral3 mistral4
    neo-bert olmo plm smollm3 xverse
"""
HALF_SPLIT = """
    afmoe apertus bailingmoe2 bitnet codeshell cogvlm dbrx dots1 dream eurobert exaone
    exaone-moe exaone4 falcon falcon-h1 gemma gemma-embedding gemma2 gemma3 gemma3n gemma4
    glm4moe gpt-oss gptneox grok grovemoe hunyuan-dense hunyuan-moe hunyuan_vl jais2
    jina-bert-v3 lfm2 lfm2moe llada-moe mimo2 minicpm3 minimax-m2 modern-bert nemotron
    nomic-bert nomic-bert-moe olmo2 olmoe openelm orion paddleocr pangu-embedded phi2 phi3
    phimoe plamo plamo2 plamo3 qwen qwen2 qwen2moe qwen2vl qwen3 qwen35 qwen35moe qwen3moe
    qwen3next qwen3vl qwen3vlmoe rnd1 seed_oss smallthinker stablelm starcoder2 step35
"""
MROPE_INTERLEAVED = ("qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe")
NOT_ROPE = {
    **dict.fromkeys(("bloom", "mpt", "refact", "jais", "jina-bert-v2"), "alibi"),
    **dict.fromkeys(("gpt2", "starcoder", "bert"), "learned"),
    **dict.fromkeys(("t5", "t5encoder"), "t5"),
    **dict.fromkeys(("mamba", "mamba2", "jamba", "nemotron_h", "nemotron_h_moe"), "none"),
    **dict.fromkeys(("rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7", "kimi-linear"), "none"),
}
# In llama.cpp's code for these, and in no key, some layers do not turn at all.
SOME_STILL = ("llama4", "smollm3", "cohere2", "exaone4", "exaone-moe", "afmoe", "smallthinker")
# Nor is it a key that each n-th layer alone sees everything, or what base the others have.
EVERY = {"gemma2": 2, "gemma3": 6, "gemma3n": 5, "gemma-embedding": 6, "gpt-oss": 2}
LOCAL_BASE = dict.fromkeys(("gemma3", "gemma3n", "gemma-embedding", "modern-bert"), 10000.0)
SIZES = {
    "block_count": "num_hidden_layers",
    "context_length": "max_position_embeddings",
    "embedding_length": "hidden_size",
    "attention.head_count": "num_attention_heads",
    "attention.key_length": "head_dim",
    "attention.sliding_window": "sliding_window",
    "rope.dimension_count": "rotary_dim",
    "rope.freq_base": "rope_theta",
    "rope.freq_base_swa": "rope_local_base_freq",
}
BLOCK = {
    "rope.scaling.factor": "factor",
    "rope.scaling.original_context_length": "original_max_position_embeddings",
    "rope.scaling.yarn_beta_fast": "beta_fast",
    "rope.scaling.yarn_beta_slow": "beta_slow",
}
READ = {*SIZES, *BLOCK, "rope.scaling.type", "rope.scaling.attn_factor", "rope.scale_linear"}
READ |= {"rope.scaling.yarn_log_multiplier", "rope.dimension_sections", "rope.scaling.finetuned"}
READ |= {"attention.key_length_mla", "attention.sliding_window_pattern"}
HARMLESS = """
    head_count_kv value_length value_length_mla value_length_swa layer_norm_epsilon
    layer_norm_rms_epsilon group_norm_epsilon group_norm_groups causal q_lora_rank kv_lora_rank
    scale output_scale clamp_kqv max_alibi_bias relative_buckets_count
"""  # of attention, and nothing about angles


def recognises(config: object) -> bool:
    """Whether these are the keys of a GGUF file, bare or in one of the usual dumps.

    Parameters
    ----------
    config : object

    Returns
    -------
    bool

    >>> recognises({"general.architecture": "llama"})
    True
    """
    return isinstance(config, dict) and _keys(config) is not None


def metadata(path: Path) -> dict:
    """What a GGUF file says of position.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict
        ``metadata``, the keys but for the tokenizer's, and ``tensors``, the rotary factors by
        name.

    Raises
    ------
    ValueError
        No such file, none of this kind, or the ``gguf`` package is missing.
    """
    if not path.is_file():
        raise ValueError(f"{path} cannot be read (No such file)")
    try:
        from gguf import GGUFReader
    except ImportError:
        raise ValueError(
            f"to read {path.name} the package gguf is needed: pip install gguf. Without it, give "
            "a dump of the keys as JSON (gguf-dump --json)"
        ) from None
    try:
        reader = GGUFReader(path)
        keys = {
            name: field.contents()
            for name, field in reader.fields.items()
            if not name.startswith(("tokenizer.", "GGUF."))
        }
        factors = {
            tensor.name: [float(value) for value in tensor.data.ravel()]
            for tensor in reader.tensors
            if tensor.name.startswith("rope_f")
        }
    except Exception as error:  # whatever the package stumbles over in a damaged file
        raise ValueError(f"{path} is no GGUF file that can be read ({short(str(error))})") from None
    return {"metadata": keys, "tensors": factors}


def translate(config: dict) -> Translation:
    """The keys of a GGUF file in the words of a ``config.json``.

    Parameters
    ----------
    config : dict

    Returns
    -------
    Translation

    Raises
    ------
    TypeError, ValueError
        Keys of the wrong type, or a scaling whose numbers are not here.

    >>> translate({"general.architecture": "llama", "llama.rope.freq_base": 5e5}).pairing
    'interleaved'
    """
    keys = _keys(config)
    architecture = keys["general.architecture"]
    if not isinstance(architecture, str):
        raise TypeError(f"general.architecture must be text, got {short(architecture)}")
    own = {
        name.removeprefix(f"{architecture}."): value
        for name, value in keys.items()
        if name.startswith(f"{architecture}.") and value is not None
    }
    tensors = config.get("tensors")
    notes = []
    found = Translation(
        fields={new: own[old] for old, new in SIZES.items() if old in own},
        words=_words(architecture),
        pairing=_pairing(architecture),
        encoding=_encoding(architecture, own),
        name=str(keys.get("general.name") or architecture),
        notes=notes,
    )
    _heads(own, found.fields, notes)
    if found.encoding != "rope":
        return found
    if "rope.freq_base" not in own:
        found.fields["rope_theta"] = 10000.0
        notes.append(f"{architecture}.rope.freq_base is not in the file; llama.cpp takes 10,000.")
    block = _block(architecture, own)
    if architecture == "llama" and _llama_3_1(own) and not isinstance(tensors, dict):
        found.unread.append(
            "the tensor rope_freqs.weight, in which Llama 3.1 and later keep their scaling and "
            "which a dump of the keys does not hold (give the .gguf file itself)"
        )
    _tensors(tensors if isinstance(tensors, dict) else {}, own, found.fields, block, notes)
    if block:
        found.fields["rope_scaling"] = block
    if found.pairing is None:
        notes.append(
            f"Which entries form a pair follows from the architecture, and {architecture!r} is not "
            "known here: look into llama.cpp's code for it."
        )
    elif found.pairing == "interleaved":
        notes.append(
            f"Interleaved is what llama.cpp computes for {architecture!r}. Where the checkpoint it "
            "was made from is half-split, its converter has reordered the rows of W_q and W_k."
        )
    _layers(architecture, own, found.fields, notes)
    harmless = {f"attention.{name}" for name in HARMLESS.split()}
    for name in sorted(own.keys() - READ - harmless):
        said = f"{architecture}.{name} = {short(own[name])}"
        if name.startswith("rope."):
            found.unread.append(said)
        elif name.startswith("attention."):
            notes.append(f"{said} is not read.")
    return found


def _keys(config):
    """The keys, from whichever dump: bare, gguf-dump's with a value in each, or Ollama's."""
    for part in (config, config.get("metadata"), config.get("model_info")):
        if isinstance(part, dict) and "general.architecture" in part:
            return {
                str(k): v["value"] if isinstance(v, dict) and "value" in v else v
                for k, v in part.items()
            }
    return None


def _words(architecture):
    words = {new: f"{architecture}.{old}" for old, new in SIZES.items()}
    words["rope_parameters.rope_theta"] = words["rope_theta"]
    blocks = {f"rope_scaling.{new}": f"{architecture}.{old}" for old, new in BLOCK.items()}
    return words | blocks | {BLOCK[k]: f"{architecture}.{k}" for k in BLOCK if "original" in k}


def _pairing(architecture):
    if architecture in INTERLEAVED.split():
        return "interleaved"
    return "half_split" if architecture in HALF_SPLIT.split() else None


def _encoding(architecture, own):
    if architecture.startswith("granite") and own.get("rope.scaling.finetuned") is False:
        return "none"  # where it is the switch for RoPE
    return NOT_ROPE.get(architecture, "rope")


def _heads(own, fields, notes):
    heads = own.get("attention.head_count")
    if isinstance(heads, list):  # one for each layer, 0 where it does not attend
        sizes = {h for h in heads if isinstance(h, int) and h > 0}
        fields["num_attention_heads"] = max(sizes, default=None)
        if heads.count(0):
            notes.append(f"{heads.count(0)} of its {len(heads)} layers have no attention.")
        if len(sizes) > 1:
            notes.append(f"Its layers have {min(sizes)} to {max(sizes)} heads.")
    if "attention.key_length_mla" in own:  # key_length is then that of the compressed keys
        fields["head_dim"] = own["attention.key_length_mla"]


def _block(architecture, own):
    """The scaling block, {} where there is none."""
    kind = own.get("rope.scaling.type", "linear")
    factor = own.get("rope.scaling.factor", own.get("rope.scale_linear"))
    if kind == "none" or (kind == "linear" and factor in (None, 0, 1)):
        return {}
    block = {new: own[old] for old, new in BLOCK.items() if old in own}
    block |= {"rope_type": kind} | ({} if factor is None else {"factor": factor})
    if kind != "yarn":
        block.pop("beta_fast", None), block.pop("beta_slow", None)
        return block
    if "rope.scaling.yarn_log_multiplier" in own:
        name = "rope.scaling.yarn_log_multiplier"
        weight = number(f"{architecture}.{name}", own[name])
        deepseek = architecture.startswith("deepseek2")  # where it is stored times 0.1
        weight = 10 * weight if deepseek else weight
        block |= {"mscale": weight if deepseek else 1.0, "mscale_all_dim": weight}
    if own.get("rope.scaling.attn_factor", 1) != 1:
        name = "rope.scaling.attn_factor"
        times = number(f"{architecture}.{name}", own[name])
        stated = {k: block[k] for k in ("mscale", "mscale_all_dim") if k in block}
        plain = scaling.frequencies("yarn", 2, 10000.0, train_length=1, scale=factor, **stated)
        block = {k: v for k, v in block.items() if k not in stated}
        block["attention_factor"] = times * plain.attention_factor
    return block


def _tensors(tensors, own, fields, block, notes):
    """The factors that stand in tensors, where a file was read or a dump lists them."""
    names = ("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight")
    plain, long, short_ = (_factors(name, tensors.get(name)) for name in names)
    listed = isinstance(plain, (list, dict)), isinstance(long, (list, dict))
    if block.get("rope_type") == "longrope" or listed[1]:
        if not isinstance(long, list) or not isinstance(short_, list):
            raise ValueError(
                f"the speeds are divided by the factors in the tensors {names[1]} and {names[2]}, "
                "and a dump of the keys does not hold them; give the .gguf file itself"
            )
        block |= {"rope_type": "longrope", "long_factor": long, "short_factor": short_}
        block.setdefault("factor", 1.0)
        block["attention_factor"] = own.get("rope.scaling.attn_factor", 1.0)
    elif listed[0]:
        if not isinstance(plain, list):
            raise ValueError(
                f"the speeds are divided by the factors in the tensor {names[0]} (Llama 3's "
                "scaling), and a dump of the keys does not hold them; give the .gguf file itself"
            )
        block |= _llama3(plain, fields) or _each(plain, fields, notes)


def _factors(name, values):
    if not isinstance(values, list):
        return values
    values = [number(f"a factor in {name}", value) for value in values]
    for value in values:
        if not 1e-9 <= value <= 1e31:  # 1e30 marks a pair that stands still
            raise ValueError(f"a factor in {name} is {value:g}, out of any sane range; correct it")
    return values


def _llama_3_1(own):
    """Whether these are a Llama of version 3, stretched."""
    length = own.get("context_length")
    return own.get("rope.freq_base") == 500000 and isinstance(length, int) and length > 8192


def _llama3(factors, fields):
    """Llama 3's block, if these are its factors."""
    try:
        size, base, scale = 2 * len(factors), float(fields["rope_theta"]), max(factors)
        start = {"train_length": 8192, "scale": scale}
        ends = {"low_freq_factor": 1.0, "high_freq_factor": 4.0}
        expected = scaling.frequencies("llama3", size, base, **start, **ends).inv_freq
        plain = scaling.frequencies("default", size, base).inv_freq
    except (TypeError, ValueError, OverflowError):
        return None
    if max(abs(plain / factors / expected - 1)) > 1e-4:
        return None
    original = {"original_max_position_embeddings": 8192}
    return {"rope_type": "llama3", "factor": scale} | ends | original


def _each(factors, fields, notes):
    notes.append(
        "Each pair's speed is divided by a factor of its own, from the tensor rope_freqs.weight; "
        "what follows calls that longrope, with one list for all lengths."
    )
    original = {"original_max_position_embeddings": fields.get("max_position_embeddings")}
    same = {"long_factor": factors, "short_factor": factors}
    return {"rope_type": "longrope", "factor": 1.0, "attention_factor": 1.0} | same | original


def _layers(architecture, own, fields, notes):
    sections = own.get("rope.dimension_sections")
    if sections is not None:
        sections = [n for n in sections if n] if isinstance(sections, list) else sections
        fields["rope_scaling"] = fields.get("rope_scaling", {"rope_type": "default"}) | {
            "mrope_section": sections,
            "mrope_interleaved": architecture in MROPE_INTERLEAVED,
        }
    if architecture in SOME_STILL:
        notes.append(
            f"Some layers of {architecture!r} do not turn at all; llama.cpp's code knows which, no "
            "key does."
        )
    if fields.get("sliding_window") == 0:
        del fields["sliding_window"]
    if "sliding_window" not in fields:
        return
    name = "attention.sliding_window_pattern"
    pattern = own.get(name, EVERY.get(architecture))
    if pattern is not None and not isinstance(pattern, list):
        every = _validate.count(f"{architecture}.{name}", pattern)
        n = fields.get("num_hidden_layers", every)
        n = _validate.count(f"{architecture}.block_count", n, MOST_LAYERS)
        pattern = [(i + 1) % every > 0 for i in range(n)]
    if pattern:
        kinds = ["sliding_attention" if windowed else "full_attention" for windowed in pattern]
        fields["layer_types"] = kinds
    if architecture in LOCAL_BASE:
        fields.setdefault("rope_local_base_freq", LOCAL_BASE[architecture])
