import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

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
    // Docker's networks come and go, and Chromium drops what it is loading whenever an address of the machine changes.
    await page.route('**/*', async (route) => {
      const response = await route.fetch().catch(() => undefined);
      await (response ? route.fulfill({ response }) : route.abort()).catch(() => undefined);
    });
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
    await this.type(input, this.page.locator('#content'), '#taskQueue');
    await this.page.getByText('Task Queue is Active').waitFor();
    await this.picture(picture);
    await this.sends(() => this.page.getByRole('button', { name: 'Start Workflow', exact: true }).click());
    return id;
  }

  /** Sends the update that is described so, by the dialog of a run's page. */
  async update(description: string, input: object, picture: string): Promise<void> {
    await this.page.getByRole('button', { name: 'More Actions' }).click();
    await this.page.getByRole('menuitem', { name: 'Send an Update' }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByTestId('update-select-button').click();
    await dialog.getByRole('option', { name: description }).click();
    await this.type(input, dialog, '#update-id');
    await this.picture(picture);
    await this.sends(() => dialog.getByRole('button', { name: 'Submit' }).click());
  }

  async go(link: string): Promise<void> {
    await this.page.goto(link);
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  /** Waits until the page shows this. */
  async sees(text: string): Promise<void> {
    try {
      await this.page.getByText(text).first().waitFor();
    } catch {
      const shown = await this.page.locator('#content').innerText();
      throw new Error(`the page does not show "${text}", but:\n${shown}`);
    }
  }

  /** Waits until the run's current details, which have a frame of their own, show this. */
  async seesInDetails(text: string): Promise<void> {
    await this.page.frameLocator('iframe').getByText(text).first().waitFor();
  }

  /** Does what sends a request, and has its answer: leaving the page before would take the request back. */
  private async sends(act: () => Promise<void>): Promise<void> {
    const answered = this.page.waitForResponse((answer) => answer.request().method() === 'POST');
    await act();
    const answer = await answered;
    expect({ status: answer.status(), body: await answer.text() }).toMatchObject({ status: 200 });
  }

  /** The editor lays the JSON out when it loses the focus, to the field `next`, and the buttons below it move. */
  private async type(input: object, within: Locator, next: string): Promise<void> {
    await within.locator('.cm-content').first().click();
    await this.page.keyboard.insertText(JSON.stringify(input));
    await within.locator(next).click();
    await within.locator('.cm-line').nth(1).waitFor();
  }
}

function program(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = PROGRAMS.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
  if (found === undefined) throw new Error('Chromium is not installed: node scripts/setup/main.mjs --for browser');
  return found;
}
