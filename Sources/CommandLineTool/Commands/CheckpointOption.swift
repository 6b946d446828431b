import ArgumentParser
import Myelin
import Recipes

/// Which checkpoint of a run.
struct CheckpointOption: ParsableArguments {
  /// A checkpoint by its name in the run's folder.
  enum Slot: String, CaseIterable, ExpressibleByArgument {
    case best, last
  }

  @Option(help: "Which checkpoint; unless given the best, where validation chose it.")
  var checkpoint: Slot?

  func slot(of files: RunFiles) -> CheckpointSlot {
    switch checkpoint {
    case .best: .best
    case .last: .last
    case nil: files.bestSlot
    }
  }
}
