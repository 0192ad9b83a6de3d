/** What to do when a file can't be written. A sentence, by the code of the operating system. */
export function writeAdvice(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full: free some space.';
    case 'EROFS':
      return 'The file system is read-only: use another folder.';
    case 'ENOENT':
    case 'ENOTDIR':
      return 'Its folder does not exist: make it first.';
    default:
      return 'Make the folder writable for this user.';
  }
}
