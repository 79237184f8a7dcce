"""Which fields of a file does nothing here read, and could they matter?

Every field is read, known to say nothing about position, or named. One whose name speaks of
rotation may change the speeds: nothing is foretold then.
"""

import re

from rope_lessons.configs.fields import ALIASES, BLOCKS, NESTED, ROPE, short

ROTATION = re.compile(r"(^|[._])(rope|ropes|rotary|rot|ntk|yarn|theta|nope|mscale|alibi)([._]|$)")
ROTATION_NAMES = ("scaling_factor", "use_long_context", "long_context", "position_interpolation")
# These values of them change nothing.
NEUTRAL = {
    **dict.fromkeys(("use_scaled_rope", "use_dynamic_ntk", "use_long_context"), False),
    **dict.fromkeys(("scaling_factor", "rope_scaling_factor"), 1),
    "alibi_bias_max": 8,
    "offset_alibi": 100,  # BLOOM's, from before its code settled
    "original_rope": True,  # ChatGLM2's: RoPE as its code has it
}
READ = {*ROPE, *BLOCKS, *NESTED, *ALIASES, *(name for names in ALIASES.values() for name in names)}
READ |= {"model_type", "_name_or_path", "alibi", "position_embedding_type", "use_mla"}
READ |= {"qk_nope_head_dim", "qk_head_dim", "v_head_dim", "no_rope_layers", "attn_config"}
READ |= {"indexer_rope_interleave", "attn_scale", "floor_scale"}  # of no head, and of no angle
# Words in the names of fields that say nothing about which layers turn or how fast.
HARMLESS = re.compile(
    "token|vocab|drop|act_|_act|activation|norm|eps|init|expert|moe|router|routed|scoring|topk"
    "|top_k|group|aux|mtp|nextn|intermediate|ffn|ff_dim|mlp|inner|d_ff|d_kv|expansion|residual"
    "|multiplier|softcap|clip|tie_|dtype|torch|cache|quant|architect|auto_map|version|compile"
    "|flash|sdpa|eager|kernel|parallel|vision|image|video|audio|speech|logit|loss|label|problem"
    "|prune|gradient|bias|pretraining|output|return_dict|is_decoder|is_encoder|cross_att|penalty"
    "|beam|sample|temperature|top_p|classifier|pooling|summary|task|finetun|compress|verbose"
    "|mamba_(d_|n_|expand|conv|proj|chunk|dt|rms|num|head|hidden)|n_mamba|ssm|conv|chunk_size"
    "|linear_(conv|key|num|value|head)|block_(dim|auto|use)|mem_block|mem_eff|lora|adapter|cla_|_cla"
    "|key_value|kv_head|kv_n|num_kv|n_kv|multi_query|new_decoder|qk_norm|qk_ln|query_pre_attn"
    "|attn_impl|attn_type|attn_pdrop|attn_uses|_attn_implementation|softmax_scale|prefix_lm|sparse"
    "|index|laurel|altup|ep_size|first_k|n_shared|embedding_|_name|^id2|2id$|enable_lm|jax"
    "|decoder_layers|hidden_size_per|attention_hidden|heads_per|hybrid_layer_ids|window_size"
    "|max_window_layers|relative_attention|use_pos_enc|pad|bos|eos"
)


def unread(fields):
    """The fields that nothing read: those that may change the speeds, and the others.

    Parameters
    ----------
    fields : Fields
        After everything else has been read.

    Returns
    -------
    two lists of str
        "name = value" each.

    >>> from rope_lessons.configs.fields import Fields
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
