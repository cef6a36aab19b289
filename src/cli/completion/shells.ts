/** The shells there is completion for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * What a shell has to be told. Each script asks `rosterform complete SHELL -- ...` and takes the lines of the answer as they
 * are: the first says what is wanted (`values`, `files`, `folders`), each other one is a word, for all but bash with its
 * description behind a tab. No word is ever given to the shell to be read as a program.
 */
export function scriptFor(shell: Shell): string {
  return SCRIPTS[shell];
}

const BASH = `# Completion of rosterform for bash. In ~/.bashrc:  source <(rosterform completion bash)
_rosterform() {
  local line kind=""
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
  done < <(rosterform complete bash -- "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null </dev/null)
  case $kind in
    files) ;;
    folders) compopt -o dirnames +o default 2>/dev/null ;;
    *) compopt +o default 2>/dev/null ;;
  esac
  return 0
}
complete -o default -F _rosterform rosterform
`;

const ZSH = `#compdef rosterform
# Completion of rosterform for zsh. In ~/.zshrc:  source <(rosterform completion zsh)
_rosterform() {
  local kind line
  local -a lines values shown
  lines=("\${(@f)$(rosterform complete zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  kind=$lines[1]
  shift lines 2>/dev/null
  case $kind in
    files | folders)
      [[ $PREFIX == --*=* ]] && compset -P '*='
      if [[ $kind == files ]]; then _files; else _files -/; fi
      ;;
    values)
      for line in $lines; do
        values+=("\${line%%$'\\t'*}")
        shown+=("\${line//$'\\t'/  -- }")
      done
      compadd -l -d shown -a values
      ;;
  esac
}
if [[ \${funcstack[1]} == _rosterform ]]; then
  _rosterform "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit -i }
  compdef _rosterform rosterform
fi
`;

const FISH = `# Completion of rosterform for fish. Once:  rosterform completion fish > ~/.config/fish/completions/rosterform.fish
function __rosterform_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current 2>/dev/null)
    or set plain (string replace -ra '^["\\']|\\\\\\\\' '' -- $current)
    set -l lines (rosterform complete fish -- $typed[2..-1] "$plain" 2>/dev/null </dev/null)
    switch "$lines[1]"
        case files
            __fish_complete_path $current
        case folders
            __fish_complete_directories $current
        case values
            test (count $lines) -gt 1; and printf '%s\\n' $lines[2..-1]
    end
end
complete -c rosterform -f -a '(__rosterform_complete)'
`;

const POWERSHELL = `# Completion of rosterform for PowerShell. In $PROFILE:  rosterform completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName rosterform -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $typed = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
  $current = $wordToComplete -replace '^[''"]|[''"]$', ''
  # A word without any sign would be lost on the way to a program in older versions; a dot says that there is none.
  $sent = if ($current -eq '') { '.' } else { "=$current" }
  $lines = @(& rosterform complete powershell '--' @typed $sent 2>$null)
  if ($lines.Count -lt 2 -or $lines[0] -ne 'values') { return }
  foreach ($line in $lines[1..($lines.Count - 1)]) {
    $value, $says = $line -split "\`t", 2
    if (-not $says) { $says = $value }
    $written = if ($value -match '^[\\w./=:+-]+$') { $value } else { "'" + ($value -replace "'", "''") + "'" }
    [System.Management.Automation.CompletionResult]::new($written, $value, 'ParameterValue', $says)
  }
}
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };
