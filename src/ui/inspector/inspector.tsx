import { lazy, Suspense, useEffect } from 'react';
import { useDocument, useView } from '../hooks/use-stores';
import { SystemPanel } from './system-panel';
import './inspector.css';
import './fields.css';
import './plan.css';
import './lists.css';

// Fields, plans and their popups are not part of the first load.
const loadComponentPanel = () => import('./component-panel');
const ComponentPanel = lazy(() => loadComponentPanel().then((module) => ({ default: module.ComponentPanel })));
const ConnectionPanel = lazy(() =>
  import('./connection-panel').then((module) => ({ default: module.ConnectionPanel })),
);
const PlacePanel = lazy(() => import('./place-panel').then((module) => ({ default: module.PlacePanel })));
const SeveralPanel = lazy(() => import('./several-panel').then((module) => ({ default: module.SeveralPanel })));

const PREPARE_MS = 1500;

/** What is selected: the system, a component, a connection, a place, or several parts. */
export function Inspector() {
  useEffect(() => {
    // By the time something is selected, its panel should be here.
    const timer = setTimeout(() => void loadComponentPanel().catch(() => undefined), PREPARE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="inspector">
      <Suspense fallback={null}>
        <Selected />
      </Suspense>
    </div>
  );
}

function Selected() {
  const selection = useView((state) => state.selection);
  const components = useDocument((state) => state.scenario.components);
  const connections = useDocument((state) => state.scenario.connections);
  const places = useDocument((state) => state.scenario.places);
  const chosenComponents = components.filter(({ id }) => selection.has(id));
  const chosenConnections = connections.filter(({ id }) => selection.has(id));
  const [component] = chosenComponents;
  const [connection] = chosenConnections;
  const count = chosenComponents.length + chosenConnections.length;
  if (count > 1) return <SeveralPanel components={chosenComponents} connections={chosenConnections} />;
  if (component) return <ComponentPanel key={component.id} component={component} />;
  if (connection) return <ConnectionPanel key={connection.id} connection={connection} />;
  const place = places?.find(({ id }) => selection.has(id));
  if (place) return <PlacePanel key={place.id} place={place} />;
  return <SystemPanel />;
}
