import CommandLineTool
import Glibc
import Testing

@Suite struct InterruptionTests {
  @Test("the first Ctrl-C is a wish, the second ends the program")
  func watches() async {
    await #expect(processExitsWith: .exitCode(7)) {
      Interruption.watch()
      guard !Interruption.isRequested else { exit(1) }
      kill(getpid(), SIGINT)
      // The signal goes to whichever thread takes it: give it two seconds.
      for _ in 0..<200 where !Interruption.isRequested { usleep(10_000) }
      exit(Interruption.isRequested ? 7 : 2)
    }
    await #expect(processExitsWith: .signal(SIGINT)) {
      Interruption.watch()
      kill(getpid(), SIGINT)
      for _ in 0..<200 where !Interruption.isRequested { usleep(10_000) }
      kill(getpid(), SIGINT)
      sleep(2)
    }
  }

  @Test("when training has ended, the first Ctrl-C ends the program")
  func unwatches() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      Interruption.watch()
      Interruption.unwatch()
      kill(getpid(), SIGINT)
      sleep(2)
    }
  }
}
