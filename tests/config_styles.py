"""Settings written for the tests, in styles that no file in rope_lessons/settings/data/configs has.

The names and the shape of the fields are those of Transformers' classes and of published files;
the values are a model's own where ``rope_lessons/data/models.json`` has that model.
"""

LLAMA = {"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32}

STYLES = {
    "linear, v4": {
        **LLAMA,
        "max_position_embeddings": 2048,
        "rope_scaling": {"type": "linear", "factor": 4.0},
    },
    "dynamic, v4": {
        **LLAMA,
        "max_position_embeddings": 2048,
        "rope_theta": 10000.0,
        "rope_scaling": {"type": "dynamic", "factor": 2.0},
    },
    "dynamic, v5": {
        **LLAMA,
        "max_position_embeddings": 2048,
        "rope_parameters": {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 10000.0},
    },
    "Pythia-6.9B, v4": {
        "model_type": "gpt_neox",
        "hidden_size": 4096,
        "num_attention_heads": 32,
        "max_position_embeddings": 2048,
        "rotary_pct": 0.25,
        "rotary_emb_base": 10000,
    },
    "Pythia-6.9B, all by default": {
        "model_type": "gpt_neox",
        "hidden_size": 4096,
        "num_attention_heads": 32,
    },
    "Falcon-7B": {
        "model_type": "falcon",
        "alibi": False,
        "hidden_size": 4544,
        "num_attention_heads": 71,
    },
    "ModernBERT, v4": {
        "model_type": "modernbert",
        "hidden_size": 768,
        "num_attention_heads": 12,
        "max_position_embeddings": 8192,
        "global_rope_theta": 160000.0,
        "local_rope_theta": 10000.0,
        "local_attention": 128,
        "global_attn_every_n_layers": 3,
    },
    "Gemma 3, v4, both bases said": {
        "model_type": "gemma3_text",
        "head_dim": 256,
        "max_position_embeddings": 32768,
        "rope_theta": 2000000.0,
        "rope_local_base_freq": 20000.0,
        "sliding_window": 512,
    },
    "Gemma 3, v5": {
        "model_type": "gemma3_text",
        "head_dim": 256,
        "max_position_embeddings": 131072,
        "sliding_window": 1024,
        "rope_parameters": {
            "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
        },
    },
    "proportional, scaled": {
        "model_type": "gemma4_text",
        "head_dim": 64,
        "global_head_dim": 128,
        "max_position_embeddings": 8192,
        "rope_parameters": {
            "full_attention": {
                "rope_type": "proportional",
                "factor": 8.0,
                "partial_rotary_factor": 0.25,
                "rope_theta": 1000000.0,
            },
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
        },
    },
    "Hunyuan's alpha": {
        "model_type": "hunyuan_v1_dense",
        "head_dim": 128,
        "hidden_size": 4096,
        "num_attention_heads": 32,
        "max_position_embeddings": 32768,
        "rope_theta": 10000.0,
        "rope_scaling": {"type": "dynamic", "factor": 1.0, "alpha": 1000.0},
    },
    "yarn without a factor of its own": {
        **LLAMA,
        "max_position_embeddings": 16384,
        "rope_theta": 10000.0,
        "rope_scaling": {
            "rope_type": "yarn",
            "factor": None,
            "original_max_position_embeddings": 4096,
        },
    },
    "yarn without an original length": {
        **LLAMA,
        "max_position_embeddings": 4096,
        "rope_parameters": {"rope_type": "yarn", "factor": 16.0, "rope_theta": 10000.0},
    },
    "longrope with an attention factor": {
        "model_type": "phi3",
        "hidden_size": 32,
        "num_attention_heads": 4,
        "max_position_embeddings": 8192,
        "original_max_position_embeddings": 2048,
        "rope_scaling": {
            "type": "longrope",
            "short_factor": [1.0, 1.0, 1.5, 2.0],
            "long_factor": [1.0, 2.0, 3.0, 4.0],
            "attention_factor": 1.25,
        },
    },
    "both generations, agreeing": {
        **LLAMA,
        "max_position_embeddings": 131072,
        "rope_theta": 500000.0,
        "rope_scaling": {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
        "rope_parameters": {
            "rope_type": "llama3",
            "rope_theta": 500000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
    },
    "a head that is not hidden / heads": {
        "model_type": "qwen3",
        "hidden_size": 1024,
        "num_attention_heads": 16,
        "head_dim": 128,
        "max_position_embeddings": 40960,
        "rope_theta": 1000000,
    },
    "a head by the class's default": {
        "model_type": "gemma",
        "hidden_size": 3072,
        "num_attention_heads": 16,
        "max_position_embeddings": 8192,
    },
    "language model of a LLaVA, nearly all by default": {
        "model_type": "llava",
        "text_config": {"model_type": "llama", "max_position_embeddings": 4096},
    },
    "MiniMax-M2": {
        "model_type": "minimax_m2",
        "head_dim": 128,
        "rotary_dim": 64,
        "max_position_embeddings": 196608,
        "rope_theta": 5000000,
    },
    "GLM-4": {
        "model_type": "glm4",
        "head_dim": 128,
        "max_position_embeddings": 32768,
        "rope_theta": 10000.0,
    },
    "Command R": {
        "model_type": "cohere",
        "hidden_size": 8192,
        "num_attention_heads": 64,
        "max_position_embeddings": 8192,
        "rope_theta": 4000000.0,
    },
}
