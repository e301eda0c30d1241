"""The JSON door: whole reports, batches and files over `/api/v1/`, for providers who are not CyberTipline clients."""
