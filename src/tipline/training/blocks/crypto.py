"""Crypto-currency: a chain of coins that are spent whole (UTXO), a ledger of accounts, an exchange's reply.

The ledgers have the columns of `Paper.LEDGER`: `tx`, `time`, `inputs`, `outputs`, `fee` (items `address:amount` separated by `;`), and `tx`,
`time`, `from`, `to`, `asset`, `amount`, here followed by `kind` (transfer, swap, bridge) and `gas_payer`.

No chain takes an address of these: coins lie at `rng1…`, a prefix that no network has, and every one has a `b` (no letter of Bech32) and a `0`
(no letter of Base58); accounts are `0r` and 24 hexadecimal digits, where a network would want `0x` and 40.
"""

from __future__ import annotations
