/** Every word that the page says, in one place. Later these become one file per language. */
export const strings = {
  name: 'NotATherapist',
  honesty: 'An AI, not a person and not a therapist',
  help: 'Get help now',
  invitation: 'Say what’s on your mind, in whatever order it comes.',
  privacy: [
    'No account, no name, no ads, no tracking.',
    'A program writes the replies: an AI model, or a script where there is none.',
    'You can delete any conversation.',
  ],
  privacyLabel: 'Privacy',
  startersLabel: 'Ways to begin',
  starters: ['Something happened', 'I can’t sleep', 'I just want to talk', 'Help me calm down'],

  composer: {
    form: 'Write',
    label: 'Your message',
    hint: 'Write here',
    send: 'Send',
    stop: 'Stop the reply',
    nearlyFull: (left) => `${left} characters left`,
    tooLong: (over) => `${over} characters too many. You can send it in two parts.`,
  },

  conversation: {
    label: 'Conversation',
    you: 'You',
    opening: 'Opening the conversation',
    latest: 'To the latest words',
    notOpened: 'This conversation could not be opened. Nothing in it is lost.',
    notFound: 'There is no conversation here any more, or it belongs to another browser.',
    tryAgain: 'Try again',
    startNew: 'Start a new one',
  },

  status: {
    sending: 'Sending',
    failed: 'This could not be sent. It is kept here.',
    waiting: 'Waiting for the first words',
    waitingLong: 'Still waiting. What you wrote is kept.',
    answering: 'Answering',
    stopped: 'You stopped the reply here.',
    interrupted: 'The reply broke off here.',
    replyFailed: 'No reply came. What you wrote is kept.',
    notAsked: 'The reply could not go on just now. What was said is kept.',
    completed: 'The reply is complete',
    offline: 'You’re offline. What you write is kept, and sent when you’re back.',
    reconnecting: 'The connection dropped. Nothing is lost; reconnecting.',
  },

  /** Why a message has not gone out yet. */
  waits: {
    connection: 'Not sent yet. It is kept, and goes out when the connection is back.',
    recognition: 'Not sent yet: this browser was not recognised. It is kept, and tried again.',
    pace: 'That was a lot in a short time. It is kept, and goes out in a moment.',
    service: 'Not sent yet: the server is busy. It is kept, and goes out in a moment.',
    reply: 'Kept. It goes out after this reply.',
    letter: 'Kept. It goes out next.',
  },

  /** Why a reply does not go on yet, although it was asked for. */
  asks: {
    connection: 'The connection dropped. The reply goes on when it is back.',
    service: 'The server is busy. The reply goes on in a moment.',
  },

  actions: {
    sendAgain: 'Send again',
    edit: 'Edit',
    continue: 'Continue',
    askAgain: 'Try again',
  },

  crisis: {
    heading: 'People you can talk to now',
    danger: 'If you are in danger right now, call your local emergency number first.',
    busy: 'If a line is busy, try the next one.',
    call: 'Call ',
    more: 'More lines and countries',
  },

  sidebar: {
    label: 'Past conversations',
    open: 'Show past conversations',
    close: 'Close',
    startNew: 'New conversation',
    empty: 'Your conversations will be listed here.',
    groups: { today: 'Today', yesterday: 'Yesterday', week: 'Previous 7 days', older: 'Older' },
    untitled: 'Untitled conversation',
    more: 'Show older ones',
    options: (title) => `Options for “${title}”`,
    rename: 'Rename',
    remove: 'Delete',
    newTitle: 'New title',
    deleted: (title) => `“${title}” is deleted.`,
    undo: 'Undo',
  },

  theme: { label: 'Light', system: 'System', light: 'Day', evening: 'Evening' },
};
