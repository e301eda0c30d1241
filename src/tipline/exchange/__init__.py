"""Doors out and between: what a referral is when it leaves this installation, and what comes in from another one."""
