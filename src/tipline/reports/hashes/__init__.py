"""Words of hash lists and the signed checkpoint of one: said once for lists that go out and lists that come in."""
