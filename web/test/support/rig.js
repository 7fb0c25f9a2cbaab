import { FakeBrowser } from './browser.js';
import { ManualClock } from './clock.js';
import { FakePage } from './page.js';
import { FakeService } from './service.js';

/** One service, two devices, and pages that a test opens and kills. */
export function rig() {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const devices = [new FakeBrowser(), new FakeBrowser()];
  const open = (address = null, device = 0) =>
    new FakePage({ browser: devices[device], service, clock, address });
  const answerAll = async () => {
    while (service.running.length > 0) {
      for (const turn of service.running) service.end(turn, 'completed');
      await clock.pass(100);
    }
  };
  /** A page at a conversation of as many messages and replies. */
  const talk = async (turns) => {
    const page = open();
    for (let turn = 1; turn <= turns; turn += 1) {
      page.say(`words ${turn}`);
      await clock.pass(10);
      service.say(service.running[0], `reply ${turn}`);
      service.end(service.running[0], 'completed');
      await clock.pass(10);
    }
    return page;
  };
  return { clock, service, browser: devices[0], open, answerAll, talk };
}

/** The service refuses call after call as listed, and then no more. */
export const refusing =
  (...faults) =>
  () =>
    faults.shift() ?? null;

/** What a person has said, as a page shows it. */
export const saidOn = ({ messages }) =>
  messages.filter(({ role }) => role === 'user').map(({ text }) => text);
