import Foundation
import Myelin
import Recipes

// What a session says, to people and to programs.

extension Words {
  /// How many examples were left out, and why the first; nil where none was.
  static func leftOut(_ skipped: [Int: DatasetError]) -> String? {
    skipped.min { $0.key < $1.key }.map { first in
      "left out: \(count(skipped.count, "example")) that could not be read, the first:\n"
        + "  \(first.value)"
    }
  }
}

extension TrainingSession {
  func introduction(_ run: PreparedRun, _ style: TextStyle) -> String {
    let data = run.data
    var parts = ["\(Words.grouped(data.training.exampleCount)) training"]
    if let validation = data.validation {
      parts.append("\(Words.grouped(validation.exampleCount)) validation")
    }
    if let test = data.test { parts.append("\(Words.grouped(test.exampleCount)) test") }
    let asked =
      switch data.targets {
      case .classes(let count): "\(Words.grouped(count)) classes"
      case .numbers(let count): count == 1 ? "a number" : "\(count) numbers"
      case .tokens(let count): "the next of \(Words.grouped(count)) tokens"
      }
    var lines = [
      ("data", "\(parts.joined(separator: ", ")) examples of \(data.features.words), \(asked)"),
      (
        "model",
        "\(Words.grouped(Int(run.plan.parameters))) parameters, \(Words.grouped(run.stepCount)) steps of "
          + "\(recipe.batchSize), seed \(recipe.seed)"
      ),
    ]
    if let folder { lines.append(("run", folder.path)) }
    let room = Terminal.standardOutput.width - 9
    return style.bold(recipe.name) + "\n"
      + lines.map { title, text in
        let head = style.dim("  " + title.padding(toLength: 7, withPad: " ", startingAt: 0))
        return head + wrapped(text, width: room).replacing("\n", with: "\n         ")
      }
      .joined(separator: "\n")
  }

  func conclusion(_ outcome: Outcome) -> String {
    let (ending, seconds) = (outcome.ending, outcome.seconds)
    let time = seconds < 100 ? "\(fixed(seconds, 1)) s" : clock(seconds)
    let epoch = ending.progress.epoch + (ending.progress.batch > 0 ? 1 : 0)
    let saved = folder.map { "\ngo on with: myelin train \($0.path) --resume" } ?? ""
    switch ending.reason {
    case .finished: return "trained in \(time)"
    case .stoppedEarly(let metric, let best):
      return
        "stopped in epoch \(epoch) after \(time): \(metric) is no better than \(fixed(best, 4))"
    case .outOfTime: return "out of time in epoch \(epoch) after \(time)" + saved
    case .interrupted: return "interrupted in epoch \(epoch) after \(time)" + saved
    case .diverged: return "ended after \(time)"
    }
  }

  func summary(_ outcome: Outcome) -> JSONValue {
    let ending = outcome.ending
    let reason =
      switch ending.reason {
      case .finished: "finished"
      case .stoppedEarly: "stopped_early"
      case .outOfTime: "out_of_time"
      case .interrupted: "interrupted"
      case .diverged: "diverged"
      }
    var members: [String: JSONValue] = [
      "name": .text(recipe.name), "ending": .text(reason), "steps": .integer(ending.progress.step),
      "seconds": .number(outcome.seconds), "skipped": .integer(outcome.skipped.count),
    ]
    if let loss = outcome.loss { members["loss"] = .number(loss) }
    if let folder { members["run"] = .text(folder.path) }
    if let best = ending.best {
      members["best"] = [
        "metric": .text(best.metric), "value": .number(best.value), "step": .integer(best.step),
      ]
    }
    if let test = outcome.test {
      members["test"] = EvaluationReport(test, part: "test", classNames: []).json
    }
    return .object(members)
  }
}
