import Myelin
import TestSupport
import Testing

/// What the recurrent layers promise beside PyTorch's numbers.
struct RecurrentTests {
  /// A sum of squares of all that a layer gives, so that derivatives of any order are not zero.
  private static func energy(_ results: [Tensor]) -> Tensor {
    results.map { square($0).sum() }.reduce(Tensor(0).to(.float64), +)
  }

  private struct Twice: TensorTree {
    var gru: GRU
    var lstm: LSTM
    var input: Tensor
  }

  /// The derivative along a direction of the derivative along it, against differences of gradients.
  @Test(arguments: ExecutionMode.allCases)
  func hasSecondDerivatives(_ mode: ExecutionMode) throws {
    let lengths = Tensor([3, 2] as [Int64])
    let start = withRandomSeed(1) {
      Twice(
        gru: GRU(2, 3, bidirectional: true), lstm: LSTM(2, 3, layers: 2, projection: 2),
        input: RandomSource.withCurrent { $0.normal([3, 2, 2]) }
      ).mapParameters { $0.to(.float64) }
    }
    let loss: @Sendable (Twice) -> Tensor = { tree in
      let (a, b) = tree.gru(tree.input, lengths: lengths)
      let (c, d) = tree.lstm(tree.input)
      return RecurrentTests.energy([a, b, c, d.hidden, d.cell])
    }
    let curvature = try mode.run(start) { start in
      gradient(of: start) { tree in
        let slope = gradient(of: tree, loss)
        return slope.parameters.map { square($0).sum() }.reduce(Tensor(0).to(.float64), +)
      }
    }
    // d|∇L|²/dθ = 2 H ∇L, and H ∇L is what the gradient changes by along itself.
    let slope = gradient(of: start, loss).parameters
    func shifted(_ step: Double) -> [Tensor] {
      var directions = slope[...]
      let moved = start.mapParameters { $0 + directions.removeFirst() * step }
      return gradient(of: moved, loss).parameters
    }
    let (after, before) = (shifted(1e-5), shifted(-1e-5))
    for (index, found) in curvature.parameters.enumerated() {
      let expected = (after[index] - before[index]) * (2 / 2e-5)
      expectClose(
        actual: found.scalars(), expected: expected.scalars(), shape: found.shape, absolute: 1e-5,
        relative: 1e-5, "parameter \(index)")
    }
  }

  /// A sequence cut in two, with the state carried across, gives what it gives as a whole; the
  /// gradient does not cross the cut.
  @Test func carriesStateAcrossBatches() throws {
    let lstm = withRandomSeed(2) { LSTM(3, 4, layers: 2) }
    let x = withRandomSeed(3) { RandomSource.withCurrent { $0.normal([6, 2, 3]) } }
    let (whole, end) = lstm(x)
    let (first, middle) = lstm(x[0..<4])
    let (second, last) = lstm(x[4..<6], state: middle)
    expectSameBits(concatenate([first, second]), whole)
    expectSameBits(last, end)
    let gradient = gradient(of: x) { x in
      let (_, state) = lstm(x[0..<4])
      return lstm(x[4..<6], state: state.detached()).output.sum()
    }
    #expect(gradient[0..<4].scalars().allSatisfy { $0 == 0 as Float })
    #expect(gradient[4..<6].scalars().contains { $0 != 0 as Float })
  }

  /// Cells step by step give what the layer gives.
  @Test func cellsAgreeWithLayers() {
    let (lstm, gru) = withRandomSeed(4) { (LSTM(3, 4), GRU(3, 4)) }
    var (lstmCell, gruCell) = (LSTMCell(3, 4), GRUCell(3, 4))
    func fill<Cell: Module>(_ cell: inout Cell, _ weights: RecurrentWeights) {
      var parameters = weights.parameters[...]
      cell = cell.mapParameters { _ in parameters.removeFirst() }
    }
    fill(&lstmCell, lstm.weights[0])
    fill(&gruCell, gru.weights[0])
    let x = withRandomSeed(5) { RandomSource.withCurrent { $0.normal([5, 2, 3]) } }
    var (state, hidden): (LSTMState?, Tensor?)
    for step in 0..<5 {
      state = lstmCell(x[step], state: state)
      hidden = gruCell(x[step], state: hidden)
    }
    expectSameBits([state?.cell, hidden], [lstm(x).state.cell[0], gru(x).state[0]])
  }

  /// Dropout acts between layers, in training only, and draws anew at every step of training.
  @Test(arguments: ExecutionMode.allCases)
  func dropsBetweenLayers(_ mode: ExecutionMode) throws {
    let layer = withRandomSeed(6) { GRU(3, 4, layers: 2, dropout: 0.5) }
    let x = withRandomSeed(7) { RandomSource.withCurrent { $0.normal([5, 2, 3]) } }
    var plain = GRU(3, 4, layers: 2)
    plain.weights = layer.weights
    #expect(layer.tensors(.buffer).keys.sorted() == ["dropout.randomState"])
    expectSameBits(layer(x).output, plain(x).output)
    let outputs = try mode.run(layer) { layer in
      var layer = layer
      return (0..<2).map { _ in
        valueAndGradient(of: &layer) { layer -> (Tensor, Tensor) in
          let output = layer(x).output
          return (output.sum(), output)
        }.auxiliary
      }
    }
    let numbers = outputs.map { $0.scalars(as: Float.self) }
    #expect(numbers[0] != numbers[1])
    #expect(numbers[0] != plain(x).output.scalars(as: Float.self))
    // One layer has nothing behind it to drop for.
    let single = withRandomSeed(8) { GRU(3, 4, dropout: 0.9) }
    let dropped = withTraining(true) { single(x).output }
    expectSameBits(dropped, single(x).output)
  }

  /// What lies beyond the end of a sequence does not matter, not even NaN.
  @Test func ignoresPadding() {
    let lstm = withRandomSeed(9) { LSTM(2, 3, bidirectional: true) }
    var x = withRandomSeed(10) { RandomSource.withCurrent { $0.normal([4, 2, 2]) } }
    let lengths = Tensor([4, 2] as [Int64])
    let expected = gradient(of: lstm) { energy($0, x) }
    x[2..<4, 1] = Tensor.full([2, 2], .nan)
    let found = gradient(of: lstm) { energy($0, x) }
    expectSameBits(found, expected)
    #expect(lstm(x, lengths: lengths).output[2..<4, 1].scalars().allSatisfy { $0 == 0 as Float })

    func energy(_ model: LSTM, _ x: Tensor) -> Tensor {
      let (output, state) = model(x, lengths: lengths)
      return RecurrentTests.energy([output, state.hidden].map { $0.to(.float64) })
    }
  }

  /// Training writes parameters in place: nothing else holds them.
  @Test func keepsItsParametersUnshared() {
    var model = LSTM(2, 3, layers: 2, bidirectional: true)
    let visitor = SharingVisitor()
    model.visitTensors(visitor)
    #expect(visitor.shared.isEmpty)
  }

  @Test func startsUniform() {
    let weights = withRandomSeed(11) { LSTM(3, 16, projection: 4) }.parameters
    for weight in weights {
      #expect(abs(weight).max().item() <= 0.25)
      #expect(abs(weight).max().item() > 0.2)
    }
  }
}
