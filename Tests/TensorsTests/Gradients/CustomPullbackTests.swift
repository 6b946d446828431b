import Synchronization
import Tensors
import Testing

/// Pullbacks of one's own, and that nothing is computed for what nobody asked for.
@Suite struct CustomPullbackTests {
  private func cube(_ x: Tensor) -> Tensor {
    withCustomPullback([x], forward: { $0[0] * $0[0] * $0[0] }) { inputs, _, dy in
      [dy * (inputs[0] * inputs[0] * 3)]
    }
  }

  @Test func isUsedInPlaceOfTheDerivative() {
    let slope = gradient(of: Tensor([1.4, 2.6] as [Double])) { x in
      (withCustomPullback([x], forward: { round($0[0]) }) { _, _, dy in [dy] } * x).sum()
    }
    expectTensor(slope, [2], [1.4 + 1, 2.6 + 3], .rounding(.float64), "straight through")
  }

  @Test func isDifferentiatedInTurn() {
    let second = gradient(of: Tensor(2.0)) { x in gradient(of: x) { cube($0) } }
    #expect(second.item() == 12)
    let third = gradient(of: Tensor(2.0)) { x in
      gradient(of: x) { x in gradient(of: x) { cube($0) } }
    }
    #expect(third.item() == 6)
  }

  @Test func readsTheValueAndIsDifferentiatedThroughIt() {
    func exponential(_ x: Tensor) -> Tensor {
      withCustomPullback([x], forward: { exp($0[0]) }) { _, value, dy in [dy * value] }
    }
    let third = gradient(of: Tensor(0.5)) { x in
      gradient(of: x) { x in gradient(of: x) { exponential($0) } }
    }
    #expect(abs(third.item() - exp(Tensor(0.5)).item()) < 1e-15)
  }

  /// The backward pass inside must not add to the one around it.
  @Test func mayDifferentiateInside() {
    func differentiated(_ x: Tensor) -> Tensor {
      withCustomPullback([x], forward: { $0[0] * $0[0] * $0[0] }) { inputs, _, dy in
        [dy * gradient(of: inputs[0]) { $0 * $0 * $0 }]
      }
    }
    #expect(gradient(of: Tensor(2.0)) { differentiated($0) }.item() == 12)
    let second = gradient(of: Tensor(2.0)) { x in gradient(of: x) { differentiated($0) } }
    #expect(second.item() == 12)
  }

  @Test func nilIsZero() {
    let slope = gradient(of: [Tensor(2.0), Tensor(3.0)]) { x in
      withCustomPullback([x[0], x[1]], forward: { $0[0] * $0[1] }) { inputs, _, dy in
        [nil, dy * inputs[0]]
      }
    }
    #expect(slope[0].item() == 0)
    #expect(slope[1].item() == 2)
  }

  @Test func whatForwardDoesIsNotRecorded() {
    _ = gradient(of: Tensor(2.0)) { x in
      withCustomPullback(
        [x],
        forward: { inputs in
          #expect(!(inputs[0] * 2).isTracked)
          return inputs[0]
        }, pullback: { _, _, dy in [dy] })
    }
  }

  /// A tensor that counts how often a cotangent of it is computed.
  private final class Probe: Sendable {
    let calls = Mutex(0)

    func watch(_ x: Tensor) -> Tensor {
      withCustomPullback([x], forward: { $0[0] }) { [self] _, _, dy in
        calls.withLock { $0 += 1 }
        return [dy]
      }
    }

    var count: Int { calls.withLock { $0 } }
  }

  @Test func nothingIsComputedForConstants() {
    let probe = Probe()
    let data = Tensor([1, 2] as [Double])
    _ = gradient(of: Tensor([3, 4] as [Double])) { x in (x * probe.watch(data)).sum() }
    #expect(probe.count == 0)
  }

  @Test func nothingIsComputedForWhatTheResultDoesNotUse() {
    let probe = Probe()
    _ = gradient(of: Tensor([3, 4] as [Double])) { x -> Tensor in
      _ = probe.watch(x)
      return x.sum()
    }
    #expect(probe.count == 0)
  }

  @Test func nothingIsComputedForOuterVariables() {
    let probe = Probe()
    _ = gradient(of: Tensor(2.0)) { x -> Tensor in
      let watched = probe.watch(x)
      // The inner closure differentiates by y alone.
      let slope = gradient(of: Tensor(3.0)) { y in y * y + watched }
      return x * slope.detached()
    }
    #expect(probe.count == 0)
  }

  @Test func eachOperationPullsBackOnce() {
    let probe = Probe()
    let slope = gradient(of: Tensor(3.0)) { x -> Tensor in
      let y = probe.watch(x)
      return y * y + y
    }
    #expect(probe.count == 1)
    #expect(slope.item() == 7)
  }
}
