import Arrays

extension ReferenceBackend {
  package func fill(_ output: NDArray, with value: Double) {
    Fill(output: output, value: value).run(on: output.dataType)
  }

  package func copy(_ input: NDArray, into output: NDArray) {
    if input.dataType == output.dataType {
      Copy(input: input, output: output).run(on: input.dataType)
    } else {
      Convert(input: input, output: output).run(on: input.dataType)
    }
  }

  package func select(_ condition: NDArray, _ a: NDArray, _ b: NDArray, into output: NDArray) {
    Select(condition: condition, a: a, b: b, output: output).run(on: output.dataType)
  }
}

private struct Fill: ElementPass {
  let output: NDArray
  let value: Double

  func run<E: Element>(_ type: E.Type) {
    let value = E(nearest: value)
    let target = output.pointer(as: E.self)
    Traversal(output.shape, output.strides).forEachRow { start, step, count in
      for i in 0..<count { target[start[0] + i * step[0]] = value }
    }
  }
}

private struct Copy: ElementPass {
  let input: NDArray
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    mapElements(input, into: output) { (x: E) -> E in x }
  }
}

/// Chooses the type to convert from; `ConvertFrom` then chooses the other.
private struct Convert: ElementPass {
  let input: NDArray
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    ConvertFrom<E>(input: input, output: output).run(on: output.dataType)
  }
}

private struct ConvertFrom<Source: Element>: ElementPass {
  let input: NDArray
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    mapElements(input, into: output) { (x: Source) -> E in x.wide.converted(to: E.self) }
  }
}

private struct Select: ElementPass {
  let condition: NDArray
  let a: NDArray
  let b: NDArray
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    let condition = condition.pointer(as: Bool.self), target = output.pointer(as: E.self)
    let first = a.pointer(as: E.self), second = b.pointer(as: E.self)
    Traversal(
      output.shape, self.condition.strides, a.strides, b.strides, output.strides
    ).forEach { place in
      target[place[3]] = condition[place[0]] ? first[place[1]] : second[place[2]]
    }
  }
}

/// output = f(input), element by element.
func mapElements<X, Y>(_ input: NDArray, into output: NDArray, _ f: (X) -> Y) {
  let source = input.pointer(as: X.self), target = output.pointer(as: Y.self)
  Traversal(output.shape, input.strides, output.strides).forEachRow { start, step, count in
    for i in 0..<count { target[start[1] + i * step[1]] = f(source[start[0] + i * step[0]]) }
  }
}

/// output = f(a, b), element by element.
func mapElements<X, Y>(_ a: NDArray, _ b: NDArray, into output: NDArray, _ f: (X, X) -> Y) {
  let first = a.pointer(as: X.self), second = b.pointer(as: X.self)
  let target = output.pointer(as: Y.self)
  Traversal(output.shape, a.strides, b.strides, output.strides).forEachRow { start, step, count in
    for i in 0..<count {
      target[start[2] + i * step[2]] =
        f(first[start[0] + i * step[0]], second[start[1] + i * step[1]])
    }
  }
}
