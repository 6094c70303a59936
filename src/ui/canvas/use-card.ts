import { useCallback, useState, useSyncExternalStore } from 'react';
import type { Component, Scenario } from '../../model/scenario';
import { documentStore } from '../../store/document-store';
import { liveRun } from '../../store/live-run';
import { cardFeed } from './card-feed';
import { activeFaults } from './active-faults';
import { type CardView, readCard } from './read-card';

/** Reads a card, once for each version of what it is read from, and gives the same object while nothing has changed. */
class CardReader {
  #component: Component | null = null;
  #scenario: Scenario | null = null;
  #version = -1;
  #key = '';
  #view: CardView | null = null;

  read(component: Component): CardView {
    const { scenario } = documentStore.getState();
    const { version } = cardFeed;
    if (this.#view && component === this.#component && scenario === this.#scenario && version === this.#version) {
      return this.#view;
    }
    this.#component = component;
    this.#scenario = scenario;
    this.#version = version;
    const view = readCard({
      component,
      scenario,
      face: liveRun.face(component.id),
      series: liveRun.history.of(component.id),
      time: liveRun.timeAt(performance.now()),
      faults: activeFaults(component.id),
      connectionId: (index) => liveRun.connectionId(index),
    });
    const key = JSON.stringify(view);
    if (this.#view && key === this.#key) return this.#view;
    this.#key = key;
    this.#view = view;
    return view;
  }
}

/** What the card of a component says now. Renders again only when something readable has changed. */
export function useCard(component: Component): CardView {
  const [reader] = useState(() => new CardReader());
  return useSyncExternalStore(
    watchRunAndDocument,
    useCallback(() => reader.read(component), [reader, component]),
  );
}

function watchRunAndDocument(changed: () => void): () => void {
  const stops = [
    cardFeed.watch(changed),
    documentStore.subscribe((state, before) => {
      if (state.scenario !== before.scenario) changed();
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
