/** The shells that completion is for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * What a shell has to read once. Each asks `evenkeel __complete -- WORD…` for what may stand at the last word: a line for
 * each candidate, with a tab between it and what it is about.
 */
export const SCRIPTS: Record<Shell, string> = {
  bash: `_evenkeel() {
  local IFS=$'\\n' line
  COMPREPLY=()
  # What is typed is split at = and : too, which is undone here: flags and run ids hold them.
  local words=() word joined=0
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ \${#words[@]} -gt 0 && ( "$word" == [=:] || $joined == 1 ) ]]; then
      words[\${#words[@]}-1]+=$word
      [[ "$word" == [=:] ]] && joined=1 || joined=0
    else
      words+=("$word")
    fi
  done
  while read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(evenkeel __complete -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F _evenkeel evenkeel
`,
  zsh: `#compdef evenkeel
_evenkeel() {
  local -a lines
  local line
  for line in \${(f)"$(evenkeel __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
    lines+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#lines} )); then _describe evenkeel lines; else _files; fi
}
compdef _evenkeel evenkeel
`,
  fish: `function __evenkeel_complete
    set -l words (commandline -opc) (commandline -ct)
    evenkeel __complete -- $words[2..-1] 2>/dev/null
end
complete -c evenkeel -f -a '(__evenkeel_complete)'
`,
};
