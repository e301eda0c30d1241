"""Legal process: what was asked of whom, when, under which section, and what came back."""
