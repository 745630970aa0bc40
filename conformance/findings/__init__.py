"""Where real implementations leave Python's documentation: a folder a finding, rendered into ../FINDINGS.md.

finding.toml  what it is, whom it hurts, which clauses it breaks, what causes it
program.py    shows it with the standard library alone; its last line is "shown in N of M tries", and it ends with
              exit code 1 if the divergence showed, 0 if not, 2 if it can't tell on this machine
report.md     a draft of the report to the implementation's authors; {program} stands for the program
measured.json what each implementation found on a machine did, written by `python -m conformance.findings --measure`
"""
