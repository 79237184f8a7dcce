"""Write every_type.npz and every_type.json: the rotary embedding of every type in Transformers.

    pip install --group reference numpy     (pip 25.1 or newer)
    python tests/reference/make_every_type.py

For each model_type: the config.json that its class writes when nothing is set, the frequencies and
the attention factor of the rotary modules that its model makes from it, by kind of layer, and the
pairing, measured by turning unit vectors with the model's own code; or why there is nothing to
compare. A model is made without weights. Of a composition the text model counts, as in a file. A
model that makes no rotary module although its file speaks of rotation is kept, too. Types that
have no scaling by default are asked once more with YaRN in every block.
"""

import importlib
import inspect
import json
import re
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers import AutoModel, PreTrainedModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

HERE = Path(__file__).parent
OWN_CODE = ("lightglue", "roformer", "vjepa2")  # turn inside their attention, without such a module
NONE_PER_LAYER = {"hidden_size_per_layer_input": 0, "vocab_size_per_layer_input": 0}
FILLED = {  # what a class wants, without which no model is made
    "esm": {"vocab_size": 33},
    "gemma4_assistant": {"text_config": {"model_type": "gemma4_text"} | NONE_PER_LAYER},
}
SWITCHED_ON = {  # what turns only if its file says so
    "esm": {"position_embedding_type": "rotary"},
    "granitemoehybrid": {"position_embedding_type": "rope"},
    "zamba2": {"use_mem_rope": True},
}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 2048}
ROTARY = re.compile(r"(Rotary|Ro[pP][eE]Pos).*Embedding")
INV_FREQ = re.compile(r"(?:(\w+)_)?(?<!original_)inv_freq")
# What a class writes of tokens, activations, training and experts says nothing about position.
UNSAID = re.compile(
    r"_token|_loss|_bias$|_act$|_eps$|_range$|activation|architectures|conv_|dropout|dtype|expert|"
    r"id2label|initializer|intermediate|label2id|mlp_|router|_std$|tie_|transformers_version|"
    r"use_cache|vocab_size"
)


def main():
    arrays, turning, reasons = Arrays(), {}, {}
    for name in sorted(CONFIG_MAPPING):
        try:
            turning[name] = look(name, arrays)
        except NotComparable as reason:
            reasons.setdefault(str(reason), []).append(name)
        else:
            turning[name] |= with_yarn(name, arrays)
    for name, settings in SWITCHED_ON.items():
        turning[f"{name}, switched on"] = look(name, arrays, **settings)
    versions = [f"{module.__name__} {module.__version__}" for module in (transformers, torch, np)]
    np.savez_compressed(HERE / "every_type.npz", versions=np.array(versions), **arrays.stored)
    text = "".join(
        f'"{key}": {in_lines(entries)},\n'
        for key, entries in {"not_comparable": reasons, "types": turning}.items()
    )
    text = f'{{{text}"yarn": {json.dumps(YARN)}}}\n'
    (HERE / "every_type.json").write_text(text, encoding="utf-8")
    turn = sum(bool(entry["rotary"]) for entry in turning.values())
    print(turn, "turn,", len(turning) - turn, "do not though their files speak of it")


def in_lines(entries):
    lines = [f"{json.dumps(k)}: {json.dumps(entries[k])}" for k in sorted(entries)]
    return "{\n" + ",\n".join(lines) + "\n}"


class NotComparable(Exception):
    """Nothing to compare, and why."""


class Arrays:
    """Each array once."""

    def __init__(self):
        self.stored, self.names = {}, {}

    def name(self, array):
        content = array.tobytes()
        if content not in self.names:
            self.names[content] = f"inv_freq/{len(self.names)}"
            self.stored[self.names[content]] = array
        return self.names[content]


def look(name, arrays, **settings):
    """What the model of this type turns by when nothing is set."""
    if name in OWN_CODE:
        raise NotComparable("it turns by code of its own, without a rotary module")
    config, part, module = prepared(name, settings)
    file, found = written(config, part), embeddings(config, part, module)
    if not found and not re.search(r"rope|rotary", json.dumps(file)):
        raise NotComparable("its model makes no rotary module, and its file speaks of none")
    if not found:
        return {"file": file, "rotary": {}}
    rotary = stored(found, arrays)
    axes = n_axes(found[-1], part)
    pairs = pairing(found[-1], part, module, axes)
    return {"file": file, "rotary": rotary, "pairing": pairs} | ({"axes": axes} if axes > 1 else {})


def with_yarn(name, arrays):
    """{"yarn": what it turns by then}, for a type that takes it."""
    blocks = getattr(by_default(name), "rope_parameters", None)
    if not blocks:
        return {}
    nested = {kind: block for kind, block in blocks.items() if isinstance(block, dict)}
    if {block["rope_type"] for block in nested.values() or [blocks]} != {"default"}:
        return {}
    scaled = {kind: block | YARN for kind, block in nested.items()} or blocks | YARN
    try:
        config, part, module = prepared(name, {"rope_parameters": scaled})
        return {"yarn": stored(embeddings(config, part, module), arrays)} if part is config else {}
    except Exception:  # it has no length or no size of a head, or allows no scaling
        return {}


def stored(embeddings, arrays):
    """{kind of layer: [where its frequencies are, attention factor]}"""
    rotary = {}
    for embedding in embeddings:
        for kind, (inv_freq, factor) in frequencies(embedding).items():
            values = [arrays.name(inv_freq.float().numpy()), factor]
            if rotary.setdefault(kind, values) != values:
                raise NotComparable("its rotary modules differ by more than the kind of layer")
    if not rotary:
        raise NotComparable("its rotary module keeps no inv_freq")
    return rotary


def prepared(name, settings):
    """Its config, the part of it that speaks of text, and the module with its code."""
    try:
        config = by_default(name, **settings)
    except Exception as error:
        raise NotComparable(f"no config without settings: {first_line(error)}") from None
    try:
        part = config.get_text_config()
    except ValueError:
        raise NotComparable("a composition of several text models") from None
    try:
        code(config)
        return config, part, code(part)
    except ImportError as error:
        raise NotComparable(f"no code of its own: {first_line(error)}") from None


def by_default(name, **settings):
    return CONFIG_MAPPING[name](**FILLED.get(name, {}), **settings)


def code(config):
    """The module with its model; some types run the code of another."""
    name = type(config).__module__.replace("configuration_", "modeling_")
    try:
        return importlib.import_module(name)
    except ImportError:
        if type(config) not in AutoModel._model_mapping:
            raise
        model = AutoModel._model_mapping[type(config)]
        return importlib.import_module((model[0] if isinstance(model, tuple) else model).__module__)


def embeddings(config, part, module):
    """The rotary modules made from this part of the config."""
    problem = None
    for make, of in makers(config, part):
        try:
            with torch.device("meta"):
                model = make(of)
        except Exception as error:
            problem = problem or first_line(error)
            continue
        found = [m for m in model.modules() if ROTARY.search(type(m).__name__)]
        own = {type(m) for m in found if made_from(m) is type(part)}
        if found and not own:
            kinds = {getattr(made_from(m), "model_type", "") or "no type" for m in found}
            raise NotComparable(f"RoPE only in its parts: {', '.join(sorted(kinds))}")
        return [kind(part) for kind in own]
    kinds = [k for k in vars(module).values() if inspect.isclass(k) and ROTARY.search(k.__name__)]
    own = [kind for kind in kinds if asked_for(kind) is type(part)]
    try:
        if own:
            return [kind(part) for kind in own]
    except Exception as error:
        problem = first_line(error)
    raise NotComparable(
        f"no model from the defaults: {problem}" if problem else "no model of its own"
    )


def made_from(embedding):
    """The class of the config that it was made from, if it keeps or names one."""
    if hasattr(embedding, "config"):
        return type(embedding.config)
    return asked_for(type(embedding))


def asked_for(kind):
    parameter = inspect.signature(kind).parameters.get("config")
    return parameter and parameter.annotation


def makers(config, part):
    """Ways to make its model, the whole before the part."""
    for of in (config, part) if part is not config else (config,):
        kinds = list(vars(code(of)).values())
        if type(of) in AutoModel._model_mapping:
            yield AutoModel.from_config, of
        for kind in kinds:
            own = inspect.isclass(kind) and issubclass(kind, PreTrainedModel)
            if own and kind.config_class is type(of) and "PreTrained" not in kind.__name__:
                yield kind, of


def frequencies(embedding):
    """{kind of layer: (inv_freq, attention factor)}"""
    found = {}
    for buffer, values in embedding.named_buffers(recurse=False):
        if kind := INV_FREQ.fullmatch(buffer):
            prefix = f"{kind[1]}_" if kind[1] else ""
            factor = getattr(embedding, f"{prefix}attention_scaling", 1.0)
            found[kind[1] or ""] = in_use(embedding, values), float(factor)
        elif buffer == "embed_positions":  # sines and cosines of GPT-J
            sin, cos = values[1].double().chunk(2)
            found[""] = torch.atan2(sin, cos), 1.0
    return found


def in_use(embedding, inv_freq):
    """In the order of the pairs, where M-RoPE keeps its frequencies in another (Ernie)."""
    if sum(getattr(embedding, "mrope_section", None) or []) != len(inv_freq):
        return inv_freq
    cos, sin = embedding(torch.zeros(1), torch.ones((3, 1, 1), dtype=torch.long))
    angles = torch.atan2(sin, cos).reshape(-1, cos.shape[-1])[0]
    pairs = angles[::2] if angles[0] == angles[1] else angles[: len(inv_freq)]
    return inv_freq[(pairs[:, None] - inv_freq).abs().argmin(dim=1)]


def written(config, part):
    """The fields of its config.json that may speak of position; other models' parts by name."""
    fields = json.loads(config.to_json_string())
    holds = [name for name in type(config).sub_configs if getattr(config, name, None) is part]
    for name in type(config).sub_configs:
        sub = fields.get(name)
        if isinstance(sub, dict) and name not in holds and sub.get("model_type") in CONFIG_MAPPING:
            inner = getattr(config, name)
            deeper = inner.get_text_config() is part and inner is not part
            fields[name] = written(inner, part) if deeper else {"model_type": sub["model_type"]}
    return said(fields)


def said(fields):
    if not isinstance(fields, dict):
        return fields
    return {k: said(v) for k, v in fields.items() if not UNSAID.search(k)}


def n_axes(embedding, config):
    """How many numbers a position is; where one is enough, M-RoPE takes it for all three."""
    kind = next(iter(frequencies(embedding)))
    blocks = str(getattr(config, "rope_parameters", ""))
    if hasattr(embedding, "mrope_section") or "mrope_section" in blocks:
        return 3
    if getattr(config, "default_rope_type", "default") == "axial":
        return 2
    try:
        embedding(torch.zeros(1), torch.ones((1, 1), dtype=torch.long), **named(kind))
    except Exception:
        return 2
    return 1


def named(kind):
    return {"layer_type": kind} if kind else {}


def pairing(embedding, config, module, axes):
    if axes != 2:
        return partner(turned_unit_vectors(embedding, config, module))
    # Its positions come out of a picture; the planes show without an angle.
    rotate = getattr(module, "rotate_half", None) or module.rotate_pairwise
    return partner(torch.eye(8) + rotate(torch.eye(8)[None, None])[0, 0])


def partner(turned):
    """Which entry shares a plane with the first one."""
    touched = turned.abs() > 1e-6
    found = next(j for j in range(1, len(touched)) if (touched[j] == touched[0]).all())
    return {1: "interleaved", len(touched) // 2: "half_split"}[found]


def turned_unit_vectors(embedding, config, module):
    """(d, d): row i is what becomes of unit vector i at position 1."""
    kind, (inv_freq, _) = next(iter(frequencies(embedding).items()))
    d, size = 2 * len(inv_freq), len(inv_freq)
    if sum(getattr(embedding, "mrope_section", [size]) or []) != size:  # the defaults may lack it
        embedding.mrope_section = [size - 2 * (size // 3), size // 3, size // 3]
    try:
        position = torch.ones((1, 1), dtype=torch.long)
        angles = embedding(torch.zeros(1), position, **named(kind))
    except Exception:  # three axes, all at the same position
        position = torch.ones((3, 1, 1), dtype=torch.long)
        angles = embedding(torch.zeros(1), position, **named(kind))
    heads = torch.eye(d)[None, :, None]
    if isinstance(angles, torch.Tensor):  # complex numbers, one a pair
        heads = heads if "deepseek" in module.__name__ else heads.transpose(1, 2)
        return module.apply_rotary_emb(heads, heads, angles)[0].reshape(d, d)
    apply = getattr(module, "apply_rotary_pos_emb_interleave", None)
    if apply is None or not getattr(config, "rope_interleave", True):
        apply = getattr(module, "apply_rotary_pos_emb", None) or module.apply_rotary_time_emb
    arguments = inspect.signature(apply).parameters
    if "tensor" in arguments:  # GPT-J, sine first
        return apply(torch.eye(d)[None, None], *angles)[0, 0]
    angles = [a[0] if a.ndim == 4 else a for a in angles]
    if "k" not in arguments:
        return apply(heads, *angles, unsqueeze_dim=1).reshape(d, d)
    return apply(heads, heads, *angles)[0].reshape(d, d)


def first_line(error):
    return f"{type(error).__name__}: {str(error).strip()}".splitlines()[0][:120]


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    main()
