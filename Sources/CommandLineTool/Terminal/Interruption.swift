import Glibc
import Synchronization

/// Ctrl-C, as a wish to end after the step that is running. A second one ends the program at once.
package enum Interruption {
  /// What a program ended by SIGINT exits with: 128 + 2.
  package static let exitCode: Int32 = 130

  private static let flag = Atomic<Bool>(false)

  /// Whether Ctrl-C was pressed since `watch()`.
  package static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// From now on the first Ctrl-C only sets `isRequested`.
  package static func watch() {
    // Also makes the flag before a signal handler could have to.
    flag.store(false, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      Interruption.flag.store(true, ordering: .relaxed)
    }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
    sigaction(SIGINT, &action, nil)
  }

  /// From now on Ctrl-C ends the program at once, as before `watch()`.
  package static func unwatch() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(SIGINT, &action, nil)
  }
}
