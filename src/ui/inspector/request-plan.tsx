import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { type Plan, planInWords, stepTarget } from '../../model/plan';
import { WordsText } from '../shared/words-text';
import { type OutgoingTarget, stepsInOrder } from './outgoing';
import { PlanStepEditor } from './plan-step-editor';

/** What one request does here, step by step; each step can be changed where it stands. */
export function RequestPlan({ plan }: { plan: Plan<OutgoingTarget> }) {
  const [open, setOpen] = useState<string | null>(null);
  const steps = stepsInOrder(plan);
  return (
    <section className="plan" aria-label="What one request does here">
      <h3>What one request does here</h3>
      <ol>
        <li>waits for its turn, then works</li>
        {plan.stages.map((stage) => (
          <li key={stage.map((step) => stepTarget(step).connection).join()}>
            {stage.map((step, i) => {
              const target = stepTarget(step);
              const words = planInWords({ stages: [[step]] })[0]!;
              return (
                <div key={target.connection} className="plan-step">
                  <span className="plan-words">
                    {i > 0 && 'at the same time '}
                    <WordsText words={words} />
                  </span>
                  <button
                    type="button"
                    className="plan-edit"
                    aria-expanded={open === target.connection}
                    aria-label={`Change this step: ${target.label}`}
                    data-tip="Change this step"
                    onClick={() => setOpen(open === target.connection ? null : target.connection)}
                  >
                    <Pencil size={13} aria-hidden="true" />
                  </button>
                  {open === target.connection && <PlanStepEditor plan={plan} at={steps.indexOf(step)} step={step} />}
                </div>
              );
            })}
          </li>
        ))}
        <li>answers</li>
      </ol>
    </section>
  );
}
