import Arrays
import Myelin

/// The cost of what every operation does, on tensors so small that arithmetic is nothing
/// (records 1, 2 and 18).
enum CoreBenchmarks {
  private struct Flat: TensorTree {
    var a = Tensor.zeros([2])
    var b = Tensor.zeros([2])
    var c = Tensor.zeros([2])
    var d = Tensor.zeros([2])
  }

  private struct Nested: Module {
    var first = Linear(2, 2)
    var second = Linear(2, 2)
  }

  static func run() {
    let x = Tensor.ones([4])
    report("x + x, 4 elements", Timing(repetitions: 2000) { _ = x + x })
    report("tanh(x), 4 elements", Timing(repetitions: 2000) { _ = tanh(x) })
    report(
      "value and gradient of (x · x).sum(), 4 elements",
      Timing(repetitions: 500) { _ = gradient(of: x) { ($0 * $0).sum() } })
    var flat = Flat()
    let visitor = TensorVisitor()
    report("walk over 4 tensors", Timing(repetitions: 2000) { flat.visitTensors(visitor) })
    var nested = Nested()
    report("walk over 2 linear layers", Timing(repetitions: 2000) { nested.visitTensors(visitor) })
    var copies: [Tensor] = []
    copies.reserveCapacity(1000)
    report(
      "1,000 copies of a tensor into an array",
      Timing(repetitions: 50) {
        copies.removeAll(keepingCapacity: true)
        for _ in 0..<1000 { copies.append(x) }
      })
    memory()
  }

  private static func memory() {
    let bytes = 64 << 20
    report(
      "take, write and give back 64 MiB, from the pool",
      Timing(windows: 10, repetitions: 5) {
        let storage = Storage(byteCount: bytes)
        withExtendedLifetime(storage) { touch(storage.pointer, bytes) }
      })
    report(
      "the same, from the system",
      Timing(windows: 10, repetitions: 5) {
        let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        touch(block, bytes)
        block.deallocate()
      })
  }

  private static func touch(_ pointer: UnsafeMutableRawPointer, _ bytes: Int) {
    pointer.initializeMemory(as: UInt8.self, repeating: 1, count: bytes)
  }
}
