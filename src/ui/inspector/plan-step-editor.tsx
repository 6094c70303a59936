import { ArrowDown, ArrowUp } from 'lucide-react';
import { type Plan, type PlanStep, stepTarget } from '../../model/plan';
import { configureConnections, endGesture } from '../../store/document-store';
import { select } from '../../store/view-store';
import { ConnectionField } from './connection-field';
import { movedStep, type OutgoingTarget, stepFieldNames, stepsInOrder } from './outgoing';

interface PlanStepEditorProps {
  plan: Plan<OutgoingTarget>;
  /** Place of the step among all steps. */
  at: number;
  step: PlanStep<OutgoingTarget>;
}

export function PlanStepEditor({ plan, at, step }: PlanStepEditorProps) {
  const target = stepTarget(step);
  const { connection, label } = target;
  const last = stepsInOrder(plan).length - 1;
  const move = (to: number): void => {
    configureConnections('move a step', movedStep(plan, at, to));
    endGesture();
  };
  return (
    <div className="step-editor">
      <div className="step-moves">
        <button type="button" className="button is-small" disabled={at === 0} onClick={() => move(at - 1)}>
          <ArrowUp size={13} aria-hidden="true" /> Earlier
        </button>
        <button type="button" className="button is-small" disabled={at === last} onClick={() => move(at + 1)}>
          <ArrowDown size={13} aria-hidden="true" /> Later
        </button>
        <button type="button" className="link-button" onClick={() => select([connection])}>
          Connection to {label}
        </button>
      </div>
      {stepFieldNames(target, at === 0).map((name) => (
        <ConnectionField key={name} name={name} target={target} defaults={target.defaults} use="plan" />
      ))}
    </div>
  );
}
