"""The policies as Python functions: the same answers as the engine's, some hundred times faster.

What a policy means is said by the Cedar language specification (https://docs.cedarpolicy.com/policies/syntax-policy.html,
and its reference for operators) and by the engine that the policy text is validated with. The compiled form is a copy of it
for speed alone: it comes into use after it answered thousands of generated questions as the engine does, a sample of live
decisions is asked again, and whatever it cannot express, or was not asked in the form that the schema states, the engine
answers. docs/policies.md tells what is compiled.
"""
