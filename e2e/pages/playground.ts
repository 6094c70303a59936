import { expect, type Locator, type Page } from '@playwright/test';

/** The window as a user sees it. */
export class Playground {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the site: empty, or at "example=…", or with a share link's fragment. */
  async open(fragment = ''): Promise<void> {
    await this.page.goto(fragment === '' ? '' : `#${fragment}`);
    await expect(this.page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
    if (fragment !== '') await expect(this.page.locator('[data-card]').first()).toBeVisible();
  }

  card(id: string): Locator {
    return this.page.locator(`[data-card="${id}"]`);
  }

  get canvas(): Locator {
    return this.page.locator('.react-flow__pane');
  }

  paletteItem(title: string): Locator {
    return this.page.locator('.palette').getByRole('button', { name: title, exact: true });
  }

  /** Drags a kind from the palette to a place on the canvas, in pixels from its upper left corner. */
  async dragFromPalette(title: string, x: number, y: number): Promise<void> {
    const pane = (await this.canvas.boundingBox())!;
    await this.paletteItem(title).scrollIntoViewIfNeeded();
    const item = (await this.paletteItem(title).boundingBox())!;
    const { mouse } = this.page;
    await mouse.move(item.x + item.width / 2, item.y + item.height / 2);
    await mouse.down();
    await mouse.move(pane.x + x - 40, pane.y + y - 20, { steps: 6 });
    await mouse.move(pane.x + x, pane.y + y, { steps: 3 });
    await mouse.up();
  }

  /** Drags a connection from one card's port to the other card's. */
  async dragConnection(from: string, to: string): Promise<void> {
    const start = (await this.card(from).locator('.react-flow__handle.source').boundingBox())!;
    const end = (await this.card(to).locator('.react-flow__handle.target').boundingBox())!;
    const { mouse } = this.page;
    await mouse.move(start.x + start.width / 2, start.y + start.height / 2);
    await mouse.down();
    await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 6 });
    await mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 6 });
    await mouse.up();
  }

  get connections(): Locator {
    return this.page.locator('.react-flow__edge');
  }

  async play(): Promise<void> {
    await this.page.getByRole('button', { name: 'Play', exact: true }).click();
  }

  async pause(): Promise<void> {
    await this.page.getByRole('button', { name: 'Pause', exact: true }).click();
  }

  /** Simulated seconds on the clock. */
  async seconds(): Promise<number> {
    return Number.parseFloat((await this.page.getByRole('timer').innerText()).replace(/\s/g, ''));
  }

  async waitUntil(seconds: number): Promise<void> {
    await expect.poll(() => this.seconds(), { timeout: 60_000 }).toBeGreaterThanOrEqual(seconds);
  }

  /** Goes to a moment on the time bar; the run stands still there. */
  async seek(seconds: number): Promise<void> {
    await this.page.getByRole('slider', { name: 'Simulated time' }).fill(String(seconds));
    await expect.poll(() => this.seconds(), { timeout: 60_000 }).toBe(seconds);
    await expect(this.page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  }

  /** Fingerprint of everything before the last whole simulated second, and that second. */
  async fingerprint(): Promise<{ second: number; value: string }> {
    const element = this.page.getByTestId('fingerprint');
    return {
      second: Number(await element.getAttribute('data-second')),
      value: (await element.getAttribute('value')) ?? '',
    };
  }

  /** Counted deaths on a card: "refused 38". */
  deaths(id: string): Locator {
    return this.card(id).locator('.card-deaths');
  }

  /** Does something from a card's context menu. */
  async fromMenu(id: string, item: string): Promise<void> {
    await this.card(id).click({ button: 'right', position: { x: 60, y: 14 } });
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** Opens a page of the reference, as a link to it does. */
  async openReference(topic: string): Promise<Locator> {
    await this.page.goto(`#reference=${topic}`);
    const dialog = this.page.getByRole('dialog', { name: 'Reference' });
    // It is loaded on demand.
    await expect(dialog).toBeVisible({ timeout: 30_000 });
    return dialog;
  }

  /** Does something by the name of its command. */
  async command(name: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    const field = this.page.getByRole('combobox').or(this.page.getByPlaceholder('What do you want to do?')).first();
    await expect(field).toBeFocused({ timeout: 30_000 });
    await field.fill(name);
    await this.page.keyboard.press('Enter');
  }

  /** The name of a zone or region on the canvas: what one takes hold of. */
  place(id: string): Locator {
    return this.page.locator(`[data-place="${id}"]`);
  }

  get inspector(): Locator {
    return this.page.locator('.inspector-panel');
  }

  /** Selects a connection on the canvas and shows its settings. */
  async selectConnection(id: string): Promise<void> {
    await this.page.locator(`.react-flow__edge[data-id="${id}"]`).focus();
    await this.page.keyboard.press('Enter');
    await expect(this.inspector.getByRole('heading', { name: 'When a call fails' })).toBeVisible();
  }

  /** Marks drawn on a connection, in the words beside their glyphs. */
  badge(index = 0): Locator {
    return this.page.locator('.edge-badge').nth(index);
  }

  /** Chooses an option of a setting of the inspector. */
  async choose(setting: string, option: string): Promise<void> {
    await this.inspector.getByRole('combobox', { name: setting, exact: true }).click();
    await this.page.getByRole('option', { name: option }).first().click();
  }

  /** Opens the share dialog and reads the link. */
  async shareLink(): Promise<string> {
    await this.page.getByRole('button', { name: 'Share' }).first().click();
    const field = this.page.getByRole('dialog').getByRole('textbox').first();
    const url = await field.inputValue();
    await this.page.keyboard.press('Escape');
    return url;
  }
}
