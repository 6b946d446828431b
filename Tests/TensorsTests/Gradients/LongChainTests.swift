import Foundation
import Tensors
import Testing

/// 100,000 operations in a row: forward, backward and release need no deep stack.
@Suite struct LongChainTests {
  static let length = 100_000

  @Test(arguments: [false, true])
  func runsOnASmallStack(_ isSecondOrder: Bool) {
    let slope = onThread(stackSize: 512 << 10) {
      let x = Tensor(1.5)
      return isSecondOrder
        ? gradient(of: x) { x in gradient(of: x) { chain($0) } }
        : gradient(of: x) { chain($0) }
    }
    #expect(slope.item() == (isSecondOrder ? 2 : 3))
  }

  @Test func keepsTheGraphForSeveralPullbacks() {
    let slopes = onThread(stackSize: 512 << 10) {
      let (_, pullback) = valueWithPullback(of: Tensor(1.5)) { chain($0) }
      return [pullback(Tensor(1.0)).item(), pullback(Tensor(2.0)).item()]
    }
    #expect(slopes == [3, 6])
  }

  @Test func releasesWhatIsNotDifferentiated() {
    let value = onThread(stackSize: 512 << 10) {
      gradient(of: Tensor(1.5)) { x -> Tensor in
        _ = chain(x)
        return x * 2
      }
    }
    #expect(value.item() == 2)
  }

  @Test func runsInATree() {
    let slope = gradient(of: Tensor(1.0)) { x -> Tensor in
      var row = [Tensor](repeating: x, count: 1 << 12)
      while row.count > 1 {
        row = stride(from: 0, to: row.count, by: 2).map { row[$0] + row[$0 + 1] }
      }
      return row[0]
    }
    #expect(slope.item() == 4096)
  }

  /// x² + 0.5 − 0.5 + 0.5 … with as many operations as said.
  private func chain(_ x: Tensor) -> Tensor {
    var y = x * x
    for step in 0..<Self.length { y = step % 2 == 0 ? y + 0.5 : y - 0.5 }
    return y
  }

  private func onThread<Result: Sendable>(
    stackSize: Int, _ body: @escaping @Sendable () -> Result
  ) -> Result {
    let outcome = Outcome<Result>()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      outcome.value = body()
      done.signal()
    }
    thread.stackSize = stackSize
    thread.start()
    done.wait()
    return outcome.value.unsafelyUnwrapped
  }

  /// Written by one thread before the other reads.
  private final class Outcome<Result>: @unchecked Sendable {
    var value: Result?
  }
}
