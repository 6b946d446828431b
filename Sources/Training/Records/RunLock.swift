import Glibc

/// Keeps a second process, or a second call in this one, out of a run's folder. The system lets go
/// of it when the process ends, however it ends.
struct RunLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock, a file at `path`.
  init(_ path: String) throws(TrainingError) {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if file < 0 { throw .system(.unwritable, path, errno, expected: "a file to lock") }
    if flock(file, LOCK_EX | LOCK_NB) != 0 {
      let number = errno
      close(file)
      if number == EWOULDBLOCK {
        throw TrainingError(
          .folderInUse, path, found: "a lock that another training holds",
          expected: "one training at a time")
      }
      throw .system(.unwritable, path, number, expected: "a file that can be locked")
    }
    descriptor = file
  }

  deinit {
    // A child that is being started has the descriptor too, until it runs its own program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

extension TrainingError {
  /// What the system said of a file.
  static func system(
    _ reason: Reason, _ path: String, _ number: Int32, expected: String
  ) -> TrainingError {
    TrainingError(reason, path, found: String(cString: strerror(number)), expected: expected)
  }
}
