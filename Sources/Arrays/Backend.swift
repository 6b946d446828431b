/// What a processor must be able to do, in a few families of operations.
///
/// A backend sees arrays and layouts, nothing of gradients or layers. Shapes, axes and element
/// types are already checked: the operands have the shapes that each entry point states. Operands
/// may be strided, broadcast (stride 0), reversed (negative stride), offset or empty. `output` is
/// freshly allocated and dense, row-major or (where its rank is 3, 4 or 5) channels-last; the
/// backend writes every element of it. Results are the same bits for every number of threads.
package protocol Backend: Sendable {
  /// For messages: `reference`, `cpu`.
  var name: String { get }

  /// Every element becomes `value`, converted to the element type.
  func fill(_ output: NDArray, with value: Double)

  /// Copies `input` to an array of the same shape, converting the element type where it differs:
  /// floating point to integers truncates toward zero and saturates (NaN gives 0), anything to
  /// bool is `≠ 0`, bool to numbers is 0 or 1, integers to narrower ones wrap.
  /// `output` may be any non-overlapping strided view.
  func copy(_ input: NDArray, into output: NDArray)

  /// output = f(input); same shape.
  func unary(_ operation: UnaryOperation, _ input: NDArray, into output: NDArray)

  /// output = f(a, b); same shapes.
  func binary(_ operation: BinaryOperation, _ a: NDArray, _ b: NDArray, into output: NDArray)

  /// output (bool) = a ? b; same shapes.
  func compare(_ operation: ComparisonOperation, _ a: NDArray, _ b: NDArray, into output: NDArray)

  /// output = condition (bool) ? a : b; same shapes.
  func select(_ condition: NDArray, _ a: NDArray, _ b: NDArray, into output: NDArray)

  /// Folds `axes` (ascending, without repeats); they stay in `output` with length 1.
  func reduce(
    _ operation: ReductionOperation, _ input: NDArray, axes: [Int], into output: NDArray)

  /// Indices (int64) along `axis`, which stays in `output` with length 1.
  func argumentReduce(
    _ operation: ArgumentReduction, _ input: NDArray, axis: Int, into output: NDArray)

  /// Running totals along `axis`, from the end where `isReversed`; same shape.
  func scan(
    _ operation: ScanOperation, _ input: NDArray, axis: Int, isReversed: Bool,
    into output: NDArray)

  /// output[…, m, n] = Σ_k a[…, m, k] · b[…, k, n] (+ bias[n]); all batch axes are equal (a
  /// broadcast one has stride 0), rank ≥ 2. Transposed operands come as strides. `output` is
  /// contiguous. Any numeric type; 16-bit floats accumulate in float32.
  func matmul(_ a: NDArray, _ b: NDArray, bias: NDArray?, into output: NDArray)

  /// One of the three products of a convolution over 1, 2 or 3 spatial axes (rank 3, 4, 5), with
  /// `bias` [O] added in the forward direction. Floating point only. Operands and output may be
  /// row-major or channels-last.
  func convolve(
    _ direction: ConvolutionDirection, _ a: NDArray, _ b: NDArray, bias: NDArray?,
    geometry: ConvolutionGeometry, into output: NDArray)

  /// Pools [N, C, spatial…]. For `maximum`, `indices` (int32, the output's shape and strides)
  /// receives each window's chosen place: the position inside the input's spatial axes,
  /// flattened row-major (the first largest; the first NaN wins), or −1 for a window of padding,
  /// whose value is −∞ (the lowest, for integers). The average with padding divides by the whole
  /// window; that without divides by the number of real elements, and is 0 where there are none.
  func pool(
    _ operation: PoolingOperation, _ input: NDArray, geometry: PoolingGeometry,
    indices: NDArray?, into output: NDArray)

  /// The cotangent of pooling's input from that of its output (and `indices` for `maximum`).
  func poolBackward(
    _ operation: PoolingOperation, _ outputCotangent: NDArray, indices: NDArray?,
    geometry: PoolingGeometry, into output: NDArray)

  /// softmax or log-softmax over the last axis; input contiguous, same shape.
  func rows(_ operation: RowOperation, _ input: NDArray, into output: NDArray)

  /// Its pullback from the result y and the cotangent dy. softmax: y · (dy − Σ dy·y);
  /// logSoftmax: dy − eʸ · Σ dy.
  func rowsBackward(
    _ operation: RowOperation, result: NDArray, cotangent: NDArray, into output: NDArray)

  /// Mean and (biased) variance over `axes`; both outputs keep those axes with length 1.
  /// Floating point; accumulated at least in float32, in a way that does not cancel.
  func moments(_ input: NDArray, axes: [Int], mean: NDArray, variance: NDArray)

  /// output = (input − mean) · (variance + ε)^−½ · scale + shift. `mean` and `variance` have length
  /// 1 on `axes`; `scale` and `shift`, where given, are broadcast to the input's shape by stride 0.
  /// All operands have the input's element type.
  func normalize(
    _ input: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?, shift: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray)

  /// The pullback of `normalize` where mean and variance are the moments of the input over
  /// `axes`: with x̂ the normalized input, g = dy · scale and averages over `axes`,
  /// dx = (variance + ε)^−½ · (g − avg(g) − x̂ · avg(g · x̂)).
  /// `scaleCotangent` and `shiftCotangent` (shape: the input's with length 1 on every axis where
  /// `scale` has stride 0) receive Σ dy · x̂ and Σ dy.
  func normalizeBackward(
    _ input: NDArray, cotangent: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray?, scaleCotangent: NDArray?,
    shiftCotangent: NDArray?)

  /// output[i…, j…, k…] = input[i…, indices[j…], k…]: slices along `axis`. `indices` is int64,
  /// already checked and non-negative; the output's shape is the input's with `axis` replaced by
  /// the indices' shape.
  func take(_ input: NDArray, indices: NDArray, axis: Int, into output: NDArray)

  /// The adjoint of `take`: `output`, already filled, receives `updates` at `indices` along `axis`,
  /// in row-major order of the updates; 16-bit floats are added up at least in float32.
  func put(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray)

  /// output[i, j, k] = input[i, indices[i, j, k], k] along `axis`; `indices` has the output's shape,
  /// and the other axes are no longer than the input's.
  func takeAlongAxis(_ input: NDArray, indices: NDArray, axis: Int, into output: NDArray)

  /// The adjoint of `takeAlongAxis`: `output`, already filled, receives `updates`.
  func putAlongAxis(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray)

  /// Sorts along `axis`, stably; NaN counts as larger than everything. Either output may be left
  /// out; `indices` is int64.
  func sort(
    _ input: NDArray, axis: Int, isDescending: Bool, values: NDArray?, indices: NDArray?)

  /// Random numbers from the Philox-4x32-10 stream of `key`, starting at block `counter`. Each
  /// group of four consecutive elements (row-major) consumes one block: element i uses block
  /// counter + i / 4, word i % 4 of it (for `normal`, one pair of words makes two elements). The
  /// bits depend only on the arguments; `Philox` holds the formulas. A 16-bit uniform number is the
  /// float32 one rounded, and stays below the upper bound.
  func random(
    _ distribution: RandomDistribution, key: UInt64, counter: UInt64, into output: NDArray)

  /// One step of Adam, in place, on contiguous float32 arrays of one length; `largest` (AMSGrad)
  /// holds the running maximum of the second moment. `numbers`, where given, holds what changes
  /// from step to step in the place of the fields of `update` (see `AdamUpdate.init(_:numbers:)`).
  func adam(
    _ update: AdamUpdate, numbers: NDArray?, parameter: NDArray, gradient: NDArray,
    firstMoment: NDArray, secondMoment: NDArray, largest: NDArray?)

  /// parameter += scale · update, in place, on contiguous float32 arrays.
  func addScaled(_ update: NDArray, scale: Float, to parameter: NDArray)
}
