import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
/** The UI loads its parts one by one, on a machine that has other things to do. */
const PATIENCE_MS = 60_000;

/** A person at Temporal's UI: sees what is shown, clicks and types. */
export class TemporalPage {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  static async open(): Promise<TemporalPage> {
    const browser = await chromium.launch({ executablePath: program(), args: ['--no-sandbox'] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(PATIENCE_MS);
    return new TemporalPage(browser, page);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  /** Keeps a picture in the folder that EVENKEEL_SCREENSHOTS names; without it there is none. */
  async picture(name: string): Promise<void> {
    const folder = process.env['EVENKEEL_SCREENSHOTS'];
    if (folder) await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  /** Fills in the form that a link leads to, and starts a workflow. Returns its id. */
  async start(link: string, input: object, picture: string): Promise<string> {
    await this.page.goto(link);
    await this.page.getByRole('button', { name: 'Random UUID' }).click();
    const id = await this.page.locator('#workflowId').inputValue();
    await this.type(input, 'body');
    // The editor lays the JSON out when it loses the focus, and the button moves.
    await this.page.getByRole('heading', { name: 'Start a Workflow' }).click();
    await this.page.getByText('Task Queue is Active').waitFor();
    await this.picture(picture);
    await this.page.getByRole('button', { name: 'Start Workflow', exact: true }).click();
    return id;
  }

  /** Sends the update that is described so, by the dialog of a run's page. */
  async update(description: string, input: object, picture: string): Promise<void> {
    await this.page.getByRole('button', { name: 'More Actions' }).click();
    await this.page.getByRole('menuitem', { name: 'Send an Update' }).click();
    await this.page.getByTestId('update-select-button').click();
    await this.page.getByRole('option', { name: description }).click();
    await this.type(input, '[data-testid="update-confirmation-modal"]');
    await this.picture(picture);
    await this.page.getByRole('dialog').getByRole('button', { name: 'Submit' }).click();
    await this.page.getByRole('dialog').waitFor({ state: 'hidden' });
  }

  async go(link: string): Promise<void> {
    await this.page.goto(link);
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  /** Waits until the page shows this. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  private async type(input: object, within: string): Promise<void> {
    await this.page.locator(`${within} .cm-content`).first().click();
    await this.page.keyboard.insertText(JSON.stringify(input));
  }
}

function program(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = PROGRAMS.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
  if (found === undefined) throw new Error('Chromium is not installed: node scripts/setup/main.mjs --for browser');
  return found;
}
