import Foundation
import Myelin
import Synchronization
import Testing

@Suite struct NonFiniteCallbackTests {
  final class Box: Sendable {
    let origin = Mutex<NonFiniteOrigin?>(nil)
  }

  /// A loss that is bad at once, and one of which only the derivative is bad, so that the next step's
  /// loss shows it.
  @Test(arguments: [("log", "forward"), ("divide", "backward")])
  func saysWhereItBegan(_ operation: String, _ phase: String) throws {
    let objective = Objective<SmallClassifier, SampleBatch>(
      forward: { $0($1.inputs) },
      loss: { outputs, batch in
        let loss = crossEntropy(outputs, batch.targets)
        return phase == "forward"
          ? log(loss * 0) : loss + sqrt(square(outputs) * 0).mean()
      }, targets: { $0.targets })
    let model = SmallClassifier.make()
    var trainer = Trainer(
      model: model, optimizer: SGD(learningRate: 0.1), objective: objective)
    let box = Box()
    try withTemporaryFolder { path in
      let folder = RunFolder(path + "/run")
      let ending = try trainer.run(
        on: SmallSource(), in: folder,
        callbacks: [
          NonFiniteCallback(objective, model: model) { origin in
            box.origin.withLock { $0 = origin }
          }
        ])
      guard case .diverged = ending.reason else {
        Issue.record("\(ending)")
        return
      }
      let origin = try #require(box.origin.withLock { $0 })
      #expect(origin.operation == operation, "\(origin)")
      #expect(origin.phase == phase, "\(origin)")
      let warning = try #require(try folder.events().first { $0.event == .warning })
      #expect(warning.text?.contains(operation) == true)
    }
  }
}
