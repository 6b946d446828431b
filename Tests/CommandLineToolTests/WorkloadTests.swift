import CommandLineTool
import Myelin
import Testing

@Suite struct WorkloadTests {
  /// A workload, the operations of its first layer and of all others for one example, worked out
  /// by hand, and its batch.
  private static let counts: [(name: String, first: Double, rest: Double, batch: Double)] = [
    ("xor", 16, 8, 4),
    ("mlp", 802_816, 267_264, 128),
    ("mlp_big", 4_194_304, 8_429_568, 512),
    ("cnn", 389_376, 23_595_520, 128),
    ("resnet20", 884_736, 80_741_632, 64),
    // 64 tokens: 4·256 gates of 128 + 256 and of 256 + 256 numbers, and the output.
    ("lstm", 0, 64 * 1_868_288, 32),
    // 128 tokens: 4 blocks of 12 products of 256² and of attention to all 128, and the output.
    ("gpt", 0, 128 * 6_849_024, 16),
  ]

  @Test("operations of a training step and of a forward pass", arguments: counts)
  func operations(name: String, first: Double, rest: Double, batch: Double) throws {
    let workload = try #require(Workload.all.first { $0.name == name })
    #expect(Double(workload.batch) == batch)
    #expect(workload.operations.training(batch: workload.batch) == batch * (2 * first + 3 * rest))
    #expect(workload.operations.inference(batch: 32) == 32 * (first + rest))
  }

  @Test("as many parameters as PyTorch's models of the same architecture have")
  func parameterCounts() {
    #expect(RecurrentNetwork().parameterCount == 946_625)
    #expect(GPT(.benchmark).parameterCount == 3_225_600)
  }

  private static let languageModels: [(String, @Sendable (Tensor) -> Tensor)] = {
    let recurrent = RecurrentNetwork(vocabulary: 5, embedding: 4, hidden: 6)
    let transformer = GPT(.init(vocabulary: 5, context: 7, width: 8, layers: 2, heads: 2))
    return [("lstm", { recurrent($0) }), ("gpt", { transformer($0) })]
  }()

  @Test("a token changes the logits from its place on, and none before", arguments: [0, 3, 6])
  func seesThePast(place: Int) {
    for (name, model) in Self.languageModels {
      var changed = [0, 1, 2, 3, 4, 0, 1]
      let original = model(Tensor([changed]))
      changed[place] = (changed[place] + 1) % 5
      let difference = abs(model(Tensor([changed])) - original).max(along: 0, 2)
      #expect(original.shape == [1, 7, 5])
      for (time, value) in difference.scalars(as: Float.self).enumerated() {
        #expect((value > 0) == (time >= place), "\(name) at \(time)")
      }
    }
  }

  @Test("training steps lower the loss, alike in every mode", arguments: Workload.all.map(\.name))
  func trains(name: String) throws {
    let workload = try #require(Workload.all.first { $0.name == name })
    let losses = ExecutionMode.allCases.map { mode in
      let step = workload.makeBody(.training, mode)
      return (0..<4).map { _ in step().item() }
    }
    for loss in losses {
      #expect(loss[3] < loss[0])
      for (own, eager) in zip(loss, losses[0]) { #expect(Swift.abs(own - eager) < 1e-3 * eager) }
    }
  }

  @Test(
    "the forward pass gives the same in every mode",
    arguments: Workload.forInference.map(\.name), [1, 3])
  func infers(name: String, batch: Int) throws {
    let workload = try #require(Workload.all.first { $0.name == name })
    let outputs = ExecutionMode.allCases.map { mode in
      workload.makeBody(.inference(batch: batch), mode)()
    }
    for output in outputs {
      #expect(output.shape[0] == batch)
      #expect(output.shape == outputs[0].shape)
      #expect(abs(output - outputs[0]).max().item() < 1e-4)
    }
  }
}
