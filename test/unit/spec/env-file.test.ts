import { describe, expect, it } from '@jest/globals';
import { envFileValues, interpolationEnvironment } from '../../../src/spec/env-file.js';

describe('envFileValues', () => {
  it('reads what Compose reads', () => {
    const text = `# it's a comment
export A=plain value # comment
B='single $A "x" # y'
C="double \${A} \\"q\\" \\n line2"
D="multi
line"
E=$A-$B
F=a#b
G: colon
H
I=
J=\${NONE:-default} \${A:+there} \${NONE}
K=\\$A
`;
    expect(envFileValues(text, {})).toEqual({
      A: 'plain value',
      B: 'single $A "x" # y',
      C: 'double plain value "q" \n line2',
      D: 'multi\nline',
      E: 'plain value-single $A "x" # y',
      F: 'a#b',
      G: 'colon',
      I: '',
      J: 'default there ',
      K: '$A',
    });
  });
});

describe('interpolationEnvironment', () => {
  it('puts the environment over the files, and a later file over an earlier one', () => {
    expect(interpolationEnvironment(['A=1\nB=1\nC=1', 'B=2\nC=2\nD=$C$A'], { C: '3', X: undefined })).toEqual({
      A: '1',
      B: '2',
      C: '3',
      D: '31',
    });
  });
});
