import Glibc
import Myelin

/// Trains in a folder, going on where it was stopped, until it is killed or done:
///
///     TrainingProbe NAME FOLDER [LIMIT]
///
/// With a limit no file may become larger than so many bytes, as if the disk were full. Writes the
/// ending, or the error, to standard output, and exits with 0 or 3.
@main enum Probe {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3, let training = ProbeTraining(rawValue: arguments[1]) else {
      exit(2)
    }
    if arguments.count > 3, let limit = UInt(arguments[3]) {
      signal(SIGXFSZ, SIG_IGN)
      var bound = rlimit(rlim_cur: limit, rlim_max: limit)
      guard setrlimit(Int32(RLIMIT_FSIZE.rawValue), &bound) == 0 else { exit(2) }
    }
    var trainer = training.makeTrainer()
    do {
      let ending = try trainer.run(
        on: ProbeTraining.source, validation: ProbeTraining.validation,
        in: RunFolder(arguments[2]), resuming: true)
      print(ending)
    } catch {
      print(error)
      exit(3)
    }
  }
}
