"""Which fields of a file does nothing here read, and could they matter?

Every field is read, known to say nothing about position, or named. One whose name speaks of
rotation may change the speeds: nothing is foretold then.
"""

import re

from rope_lessons.settings.fields import ALIASES, BLOCKS, NESTED, ROPE, Fields, short

ROTATION = re.compile(
    r"(^|[._])([a-z]{0,3}ropes?|rotary|rot|ntk|yarn|theta|nope|mscale|alibi)([._]|$)"
)
ROTATION_NAMES = ("scaling_factor", "use_long_context", "long_context", "position_interpolation")
# These values of them change nothing.
NEUTRAL = {
    **dict.fromkeys(("use_scaled_rope", "use_dynamic_ntk", "use_long_context"), False),
    **dict.fromkeys(("force_rope", "position_embedding_xdrope"), False),
    **dict.fromkeys(("scaling_factor", "rope_scaling_factor"), 1),
    "alibi_bias_max": 8,
    "offset_alibi": 100,  # BLOOM's, from before its code settled
    "original_rope": True,  # ChatGLM2's: RoPE as its code has it
}
READ = {*ROPE, *BLOCKS, *NESTED, *ALIASES, *(name for names in ALIASES.values() for name in names)}
READ |= {"model_type", "_name_or_path", "alibi", "position_embedding_type", "use_mla"}
READ |= {"qk_nope_head_dim", "qk_head_dim", "v_head_dim", "no_rope_layers", "attn_config"}
READ |= {"indexer_rope_interleave", "attn_scale", "floor_scale"}  # of no head, and of no angle
# Words in a name, from their beginning, by which a field says nothing about turning or attending.
HARMLESS = re.compile(
    "(^|_)(token|vocab|bos|eos|pad|sep|cls|type_vocab|output|return|problem|label|id2|is_decoder"
    "|is_encoder|cross_att|penalty|beam|sample|temperature|top|classifier|pooling|summary|task"
    "|finetun|verbose|version|architect|auto_map|name|dtype|torch|cache|quant|compress|compile"
    "|flash|sdpa|eager|kernel|jax|pretraining|prune|gradient|dropout|drop|pdrop|init|initializer"
    "|act|activation|norm|layernorm|rmsnorm|postnorm|eps|epsilon|bias|clip|tie|residual|softcap"
    "|softcapping|logit|logits|multiplier|scoring|expert|experts|moe|router|routed|n_shared|first_k"
    "|topk|topk_method|n_group|group_limited|grouped_topk|aux|loss|mtp|nextn|ep_size|intermediate"
    "|ffn|ff_dim|mlp|inner|d_ff|d_kv|expansion|embedding_(dropout|multiplier|fraction|size)|vision|image|video|audio|speech"
    "|parallel|sparse_step|sparse_pred|index|indexer|laurel|altup|lora|adapter|cla|lm_head|conv"
    "|mamba_(d|n|expand|conv|proj|chunk|dt|rms|num|head|hidden)|n_mamba|ssm|chunk_size|mem_blocks"
    "|linear_(conv|key|num|value|head)|block_(dim|auto|use|ff)|mem_eff|key_value|kv_head|kv_heads"
    "|kv_n|num_kv|n_kv|multi_query|new_decoder|qk_norm|qk_ln|query_pre_attn|attn_implementation"
    "|attn_impl|attn_type|attn_uses|softmax_scale|prefix_lm|decoder_layers|hidden_size_per"
    "|attention_hidden|attention_heads_per|hybrid_layer_ids|window_size|max_window_layers"
    "|relative_attention|use_pos_enc|expert_layer|projectors)"
)


def unread(fields: Fields) -> tuple[list[str], list[str]]:
    """The fields that nothing read: those that may change the speeds, and the others.

    Parameters
    ----------
    fields : Fields
        After everything else has been read.

    Returns
    -------
    two lists of str
        "name = value" each.

    >>> from rope_lessons.settings.fields import Fields
    >>> unread(Fields({"rope_twist": 3, "hidden_act": "silu", "spin": 1}))
    (['rope_twist = 3'], ['spin = 1'])
    """
    turning, others = [], []
    inside = fields.values.get("attn_config")  # of MPT and DBRX
    inside = inside if isinstance(inside, dict) else {}
    for name, value in {**inside, **fields.values}.items():
        if name in READ or fields.was_asked(name):
            continue
        if value is None or value == NEUTRAL.get(name, ...):
            continue
        said = f"{fields.place}{name} = {short(value)}"
        if ROTATION.search(name) or name in ROTATION_NAMES:
            turning.append(said)
        elif not HARMLESS.search(name):
            others.append(said)
    return turning, others
