import { expect, test } from './pages/test';

test('advice says what will go wrong, leads there, and is gone when it is followed', async ({ playground }) => {
  await playground.open('example=grpc-pinned');
  const advice = playground.inspector.getByRole('region', { name: 'Advice' });
  await advice.getByText('gRPC through a balancer that sees connections only').click();
  await expect(advice).toContainText('Every call of “Users” through “Balancer” goes to the same of 3 backends.');
  await advice.getByRole('button', { name: 'Show Users to Balancer' }).click();
  await expect(playground.inspector.getByRole('heading', { level: 2 })).toContainText('Users');
  await expect(advice).toContainText('gRPC through a balancer');
  await playground.choose('Protocol', 'REST');
  await expect(playground.inspector).not.toContainText('gRPC through a balancer');
});
