import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/**
 * The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding. PostgreSQL takes the user from the
 * startup message, so none is named here. Passwords beyond ASCII would need SASLprep, which is left out.
 */
export function startScram(password, nonce = randomBytes(18).toString('base64')) {
  const first = `n=,r=${nonce}`;

  return {
    firstMessage: `n,,${first}`,

    /** Answers the server's challenge; `verify` then proves that the server knows the password too. */
    answer(challenge) {
      const { r: bothNonces = '', s: salt = '', i: rounds } = readAttributes(challenge);
      if (!bothNonces.startsWith(nonce)) throw new Error('SCRAM: the challenge does not answer our greeting');

      const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
      const unproven = `c=biws,r=${bothNonces}`; // biws: the greeting's "n,," in base64
      const signed = `${first},${challenge},${unproven}`;

      const clientKey = hmac(salted, 'Client Key');
      const storedKey = createHash('sha256').update(clientKey).digest();
      const signature = hmac(storedKey, signed);
      const proof = clientKey.map((byte, index) => byte ^ signature[index]);
      const expected = hmac(hmac(salted, 'Server Key'), signed);

      return {
        finalMessage: `${unproven},p=${Buffer.from(proof).toString('base64')}`,
        verify(outcome) {
          const claimed = Buffer.from(readAttributes(outcome).v ?? '', 'base64');
          if (claimed.length !== expected.length || !timingSafeEqual(claimed, expected)) {
            throw new Error('SCRAM: the server could not prove that it knows the password');
          }
        },
      };
    },
  };
}

function readAttributes(message) {
  return Object.fromEntries(message.split(',').map((part) => [part[0], part.slice(2)]));
}
