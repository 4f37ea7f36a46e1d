/** @typedef {Record<string, unknown> & { eventCategoryTypes: string[] }} Properties */

/** The floor's provider. Each method returns at once with the outputs of version 0.2.0. */
export const provider = () => ({
  async create(/** @type {Properties} */ inputs) {
    const id = "2acddaa5-ea58-4877-87f3-80926bb42ad8";
    return { id, outs: { ...inputs, createdAt: "2026-11-25T17:43:01.575Z", subscriptionId: id } };
  },
  async diff(/** @type {string} */ _id, /** @type {Properties} */ olds, /** @type {Properties} */ news) {
    return { changes: olds.eventCategoryTypes[0] !== news.eventCategoryTypes[0] };
  },
  async update(/** @type {string} */ _id, /** @type {Properties} */ olds, /** @type {Properties} */ news) {
    return { outs: { ...olds, ...news } };
  },
  async read(/** @type {string} */ id, /** @type {Properties} */ props) {
    return { id, props };
  },
});
