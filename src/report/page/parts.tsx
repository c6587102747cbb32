import type { ComponentChildren } from 'preact';

/** A titled part of the page. */
export function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** One fact of a list of facts; none where it is not known. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === undefined || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A moment, to the second. */
export function Moment({ atMs }: { atMs: number }) {
  const iso = new Date(atMs).toISOString();
  return <time dateTime={iso}>{`${iso.slice(0, 10)} ${iso.slice(11, 19)}`}</time>;
}

/** Lines of a log. */
export function Excerpt({ lines }: { lines: string[] | undefined }) {
  return lines && lines.length > 0 ? <pre>{lines.join('\n')}</pre> : null;
}

/** A chart that has been drawn: SVG whose texts are escaped. */
export function Chart({ svg, caption }: { svg: string; caption?: string }) {
  return (
    <figure>
      <div class="scroll" dangerouslySetInnerHTML={{ __html: svg }} />
      {caption === undefined ? null : <figcaption class="soft">{caption}</figcaption>}
    </figure>
  );
}

/** What the colours of a chart stand for. */
export function Legend({ entries }: { entries: { colour: string; words: string }[] }) {
  return (
    <ul class="legend">
      {entries.map(({ colour, words }) => (
        <li key={words}>
          <i style={{ background: colour }} />
          {words}
        </li>
      ))}
    </ul>
  );
}

/** A table, with a column for each head. */
export function Table({ heads, children }: { heads: string[]; children: ComponentChildren }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
