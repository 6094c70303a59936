/** Id of the palette's search field, for the command that puts the focus there. */
export const PALETTE_SEARCH_ID = 'palette-search';
