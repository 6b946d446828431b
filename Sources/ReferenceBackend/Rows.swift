import Arrays
import Glibc

extension ReferenceBackend {
  package func rows(_ operation: RowOperation, _ input: NDArray, into output: NDArray) {
    RowsForward(operation: operation, input: input, output: output).run(on: output.dataType)
  }

  package func rowsBackward(
    _ operation: RowOperation, result: NDArray, cotangent: NDArray, into output: NDArray
  ) {
    RowsBackward(operation: operation, result: result, cotangent: cotangent, output: output)
      .run(on: output.dataType)
  }
}

private struct RowsForward: FloatingPass {
  let operation: RowOperation
  let input: NDArray
  let output: NDArray
  var operationName: String { "\(operation)" }

  func run<E: FloatingElement>(_ type: E.Type) {
    if input.count == 0 { return }
    let width = input.shape.last ?? 1
    let (from, to) = (input.strides.last ?? 0, output.strides.last ?? 0)
    let last = input.rank == 0 ? [] : [input.rank - 1]
    Traversal(input.shape.collapsed(last), input.strides, output.strides).forEach { place in
      let x = input.pointer(as: E.self) + place[0], y = output.pointer(as: E.self) + place[1]
      var largest = -Double.infinity
      for i in 0..<width { largest = largest.larger(x[i * from].wide) }
      var total = 0.0
      for i in 0..<width { total += exp(x[i * from].wide - largest) }
      let logTotal = log(total)
      for i in 0..<width {
        let shifted = x[i * from].wide - largest
        y[i * to] = E(
          narrowing: operation == .softmax ? exp(shifted) / total : shifted - logTotal)
      }
    }
  }
}

private struct RowsBackward: FloatingPass {
  let operation: RowOperation
  let result: NDArray
  let cotangent: NDArray
  let output: NDArray
  var operationName: String { "\(operation)" }

  func run<E: FloatingElement>(_ type: E.Type) {
    if output.count == 0 { return }
    let width = output.shape.last ?? 1
    let steps = [result, cotangent, output].map { $0.strides.last ?? 0 }
    let (yStep, dyStep, dxStep) = (steps[0], steps[1], steps[2])
    let last = output.rank == 0 ? [] : [output.rank - 1]
    Traversal(
      output.shape.collapsed(last), result.strides, cotangent.strides, output.strides
    ).forEach { place in
      let y = result.pointer(as: E.self) + place[0], dy = cotangent.pointer(as: E.self) + place[1]
      let dx = output.pointer(as: E.self) + place[2]
      var total = 0.0
      for i in 0..<width {
        let weight = operation == .softmax ? y[i * yStep].wide : 1
        total += dy[i * dyStep].wide * weight
      }
      for i in 0..<width {
        let (y, dy) = (y[i * yStep].wide, dy[i * dyStep].wide)
        dx[i * dxStep] = E(
          narrowing: operation == .softmax ? y * (dy - total) : dy - exp(y) * total)
      }
    }
  }
}
