import { CRASH, type FaultSpec, PAUSE } from '../../model/faults';
import { defineKind } from '../kind';
import { HEADLINES, REASONS } from './face';
import { fields, HPA, TRACKING } from './fields';

export const NO_METRICS_FAULT: FaultSpec = {
  id: 'metrics-missing',
  label: 'Lose metrics',
  undo: 'Metrics are back',
  done: 'lost its metrics',
  undone: 'has its metrics back',
  help: 'Measurements of a share of the instances do not come through. Without any, nothing is changed.',
  params: {
    percent: {
      type: 'number',
      label: 'Share lost',
      unit: '%',
      default: 100,
      min: 0,
      max: 100,
      help: 'How many of the measurements are lost.',
    },
  },
};

export const PROVISIONING_LIMIT: FaultSpec = {
  id: 'provisioning-limit',
  label: 'Limit provisioning',
  undo: 'Lift the limit',
  done: 'can provision few at once',
  undone: 'provisions freely again',
  help: 'Only so many machines can be prepared at the same time: quotas, or a provisioning service in trouble.',
  params: {
    atOnce: {
      type: 'number',
      integer: true,
      label: 'At once',
      unit: 'machines',
      default: 1,
      min: 0,
      max: 64,
      help: 'With 0 no new machine comes at all.',
    },
  },
};

export const autoscaler = defineKind({
  id: 'autoscaler',
  title: 'Autoscaler',
  summary: 'Adds instances to a service when they are busy and takes them away when they are idle.',
  category: 'Control',
  icon: 'M4 20V10M9 20V4M14 20v-8M19 20v-5M15 7l4-4 3 3M19 3v7',
  docs: {
    models: [
      'The rule of Kubernetes: wanted = current × value ÷ target, rounded up, when the value is not within the tolerance. Going down, the highest wish of the last five minutes counts.',
      'Values are read from every instance now and then, averaged in between, and old when they are used. New instances count when they have been measured for a whole interval.',
      'Instances without a measurement count as idle when there should be more and as on target when there should be fewer. Without any measurement nothing is changed.',
      'Scaling policies: how much may be added and taken away within a period.',
      'Target tracking as on AWS: one alarm above the target and one below it, each after several periods.',
      'Every new instance needs a machine first, which takes a time, and then starts up and warms up like any instance of the service.',
    ],
    leavesOut: [
      'Several measures at once, of which Kubernetes takes the largest answer.',
      'Services beyond the first connection: one autoscaler drives one service.',
      'Predictions and timetables: it only reacts.',
      'Bigger machines instead of more of them.',
    ],
    tryThis: [
      'Double the load and count the seconds until the last new instance is ready.',
      'Set both waiting times and the tolerance to 0: the number never comes to rest.',
      'Let the database behind the service hang: the processors have nothing to do, and instances are taken away.',
    ],
    sources: [
      { title: 'Kubernetes: Horizontal Pod Autoscaling', url: HPA },
      {
        title: 'Kubernetes: replica_calculator.go',
        url: 'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/replica_calculator.go',
      },
      { title: 'Amazon EC2 Auto Scaling: target tracking', url: TRACKING },
      {
        title: 'Slack’s outage on January 4th 2021',
        url: 'https://slack.engineering/slacks-outage-on-january-4th-2021/',
      },
    ],
  },
  in: [],
  out: [
    // A component that can be scaled is; whatever else is connected is only watched.
    { id: 'scaled', label: 'Service to scale', sends: ['scale'], use: 'control' },
    { id: 'watched', label: 'Measured here', sends: ['measure'], use: 'control' },
  ],
  fields,
  metrics: [
    {
      id: 'instances',
      type: 'gauge',
      label: 'Instances',
      unit: 'instances',
      help: 'Instances the service has, as far as the autoscaler knows.',
      realName: 'kube_horizontalpodautoscaler_status_current_replicas',
    },
    {
      id: 'wanted',
      type: 'gauge',
      label: 'Instances wanted',
      unit: 'instances',
      help: 'What was decided last; the rest is on its way.',
      realName: 'kube_horizontalpodautoscaler_status_desired_replicas',
    },
    {
      id: 'provisioning',
      type: 'gauge',
      label: 'Provisioning',
      unit: 'instances',
      help: 'Instances that wait for a machine.',
    },
    {
      id: 'value',
      type: 'gauge',
      label: 'Measured',
      unit: '',
      help: 'Mean of the measured instances: per cent, requests a second, or requests waiting.',
      realName: 'kube_horizontalpodautoscaler_status_target_metric',
    },
    {
      id: 'scaledUp',
      type: 'counter',
      label: 'Instances added',
      unit: 'instances',
      help: 'Instances that were decided to be added.',
    },
    {
      id: 'scaledDown',
      type: 'counter',
      label: 'Instances taken away',
      unit: 'instances',
      help: 'Instances that were decided to be taken away.',
    },
    {
      id: 'blind',
      type: 'counter',
      label: 'Decisions without metrics',
      unit: 'decisions',
      help: 'Times it could not decide, because nothing was measured or the service did not answer.',
    },
  ],
  face: [
    { type: 'words', place: 'headline', phrases: HEADLINES },
    { type: 'bar', label: 'instances', unit: 'of at most' },
    { type: 'words', place: 'body', phrases: ['{} [instance|instances], {} wanted'] },
    { type: 'words', place: 'footer', phrases: REASONS },
  ],
  faults: [CRASH, PAUSE, NO_METRICS_FAULT, PROVISIONING_LIMIT],
  version: 1,
  migrations: [],
});
