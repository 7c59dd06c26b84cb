"""Job two: informations and documents, scopes and lists, provisions, contracts and certifications."""
