import Myelin
import TestSupport
import Testing

/// State is a value: a compiled step changes what it was given, and nothing else.
@Suite struct StateTests {
  private struct Pair: TensorTree {
    var a: Tensor
    var b: Tensor
  }

  @Test func aCopyKeptBeforeACallStays() {
    let step = compile { (w: inout Tensor, x: Tensor) in w = w * 2 + x }
    var w: Tensor = [1, 2]
    var kept: [Tensor] = []
    for _ in 0..<3 {
      kept.append(w)
      step(&w, [1, 1])
    }
    #expect(kept.map(\.floats) == [[1, 2], [3, 5], [7, 11]])
    #expect(w.floats == [15, 23])
  }

  /// Unshared state changes where it is.
  @Test func unsharedStateStaysInItsMemory() {
    typealias State = TrainingState<Network, Adam>
    var state = State(model: Network(), optimizer: Adam())
    let step = compile(State.step)
    for _ in 0..<2 { _ = step(&state, ExclusiveOr.inputs, ExclusiveOr.targets) }
    let places = state.namedTensors.map { $0.tensor.array.rawPointer }.dropLast()
    for _ in 0..<10 { _ = step(&state, ExclusiveOr.inputs, ExclusiveOr.targets) }
    let model = state.model
    #expect(model.parameters.allSatisfy { places.contains($0.array.rawPointer) })
  }

  /// One tensor in two places is two values from the first call on, as it is eagerly.
  @Test func tiedTensorsAreValues() {
    let step = compile { (pair: inout Pair) -> Tensor in
      pair.a = pair.a + 1
      return pair.a + pair.b
    }
    let x: Tensor = [1, 2]
    var pair = Pair(a: x, b: x)
    #expect(step(&pair).floats == [3, 5])
    #expect(step(&pair).floats == [4, 6])
    #expect(pair.a.floats == [3, 4] && pair.b.floats == [1, 2] && x.floats == [1, 2])
  }

  /// Each part of a new state may be computed from any part of the old one.
  @Test func partsMayChangePlaces() {
    let swap = compile { (pair: inout Pair) in pair = Pair(a: pair.b, b: pair.a) }
    var pair = Pair(a: [1], b: [2])
    for round in 0..<4 {
      swap(&pair)
      #expect(pair.a.item() == (round % 2 == 0 ? 2 : 1) && pair.b.item() == 3 - pair.a.item())
    }
    let rotate = compile { (x: inout [Tensor]) in x = [x[1], x[2] * 10, x[0] + x[1]] }
    var x: [Tensor] = [[1], [2], [3]]
    let kept = x
    rotate(&x)
    #expect(x.map { $0.item() } == [2, 30, 3])
    rotate(&x)
    #expect(x.map { $0.item() } == [30, 30, 32])
    #expect(kept.map { $0.item() } == [1, 2, 3])
    let shift = compile { (x: inout [Tensor]) in x = [x[1] + 1, x[0]] }
    var y: [Tensor] = [[1], [2]]
    shift(&y)
    #expect(y.map { $0.item() } == [3, 1])
    let numbers = compile { (x: inout [Number]) in x = [x[1], x[0] + 1] }
    var n: [Number] = [1, 2]
    numbers(&n)
    #expect(n.map(\.value) == [2, 2])
    numbers(&n)
    #expect(n.map(\.value) == [2, 3])
  }

  @Test func oneValueMayTakeSeveralPlaces() {
    let step = compile { (pair: inout Pair) -> (Tensor, Tensor) in
      let x = pair.a + pair.b
      pair = Pair(a: x, b: x)
      return (x, pair.a)
    }
    var pair = Pair(a: [1], b: [2])
    let (first, second) = step(&pair)
    let third = step(&pair).0
    #expect(first.item() == 3 && second.item() == 3 && third.item() == 6)
    #expect(pair.a.item() == 6 && pair.b.item() == 6)
  }

  /// Results and old states are apart from the state that moves on.
  @Test func resultsStay() {
    let step = compile { (w: inout Tensor) -> (Tensor, Tensor) in
      let before = w
      w = w + 1
      return (before, w)
    }
    var w: Tensor = [0]
    let results = (0..<3).map { _ in step(&w) }
    #expect(results.map { $0.0.item() } == [0, 1, 2])
    #expect(results.map { $0.1.item() } == [1, 2, 3])
  }

  @Test func eagerAndCompiledStepsAlternate() {
    typealias State = TrainingState<Network, Adam>
    var eager = State(model: withRandomSeed(1) { Network() }, optimizer: Adam(learningRate: 0.1))
    var mixed = eager
    let step = compile(State.step)
    for number in 0..<12 {
      _ = State.step(&eager, ExclusiveOr.inputs, ExclusiveOr.targets)
      if number % 3 == 0 {
        _ = State.step(&mixed, ExclusiveOr.inputs, ExclusiveOr.targets)
      } else {
        _ = step(&mixed, ExclusiveOr.inputs, ExclusiveOr.targets)
      }
    }
    for (a, b) in zip(eager.namedTensors, mixed.namedTensors) {
      expectClose(actual: b.tensor.floats, expected: a.tensor.floats, relative: 1e-4, a.path)
    }
  }

  /// State whose numbers lie strided, or in a view, is as good as any other.
  @Test func stateMayBeAView() {
    let whole = Tensor.range(0..<6, .float32).reshaped(to: [2, 3])
    var views = [
      whole.transposed(), whole[1], whole.flipped(0), Tensor.ones([3]).expanded(to: [2, 3]),
    ]
    let expected = views.map { ($0 * 2).floats }
    compile { (x: inout [Tensor]) in x = x.map { $0 * 2 } }(&views)
    #expect(views.map(\.floats) == expected)
    #expect(whole.floats == [0, 1, 2, 3, 4, 5])
  }

  /// A tensor that is both state and argument is read as it was.
  @Test func stateMayBeAnArgumentToo() {
    let step = compile { (w: inout Tensor, x: Tensor) in w = (w + 1) * x }
    var w: Tensor = [2, 3]
    step(&w, w)
    #expect(w.floats == [6, 12])
  }

  /// What a step leaves alone keeps its memory, and shares it.
  @Test func unchangedStateIsShared() {
    let step = compile { (pair: inout Pair) in pair.a = pair.a + pair.b }
    let b: Tensor = [5]
    var pair = Pair(a: [1], b: b)
    step(&pair)
    #expect(pair.b.array === b.array && pair.a.item() == 6)
  }
}
