//! Flows that several tests use.

/// Asks, confirms, writes, writes again, asks once more.
pub const RETURN: &str = "flow: return_goods
title: {zh: 退货, en: return}
starts: {phrases: {zh: [退货], en: [return]}}
slots:
  order_no: {type: order_number, title: {zh: 订单号, en: order number}}
  reason:
    type: choice
    title: {zh: 原因, en: reason}
    options:
      - {id: unwanted, label: {zh: 不想要, en: Not wanted}}
      - {id: faulty, label: {zh: 质量, en: Faulty}}
  pickup: {type: date, title: {zh: 取件日, en: pick-up day}}
steps:
  - collect: order_no
    ask: {zh: 哪个订单？, en: Which order?}
  - do: shop.get_order
    with: {order_no: order_no}
    into: order
    on_error:
      not_found:
        - say: {zh: 没有, en: 'There is no {{ order_no }}.'}
        - again: order_no
  - collect: reason
    ask: {zh: 原因？, en: Why?}
  - confirm: {zh: '退 {{ order_no }}（{{ reason }}）？', en: 'Return {{ order_no }} ({{ reason }})?'}
  - do: shop.make
    with: {order_no: order_no}
    into: made
    undo: {do: shop.unmake, with: {ref: made.ref}}
  - collect: pickup
    ask: {zh: 哪天取？, en: When shall we come?}
  - confirm: {zh: 约好？, en: 'Book {{ pickup }}?'}
  - do: shop.book
    with: {a: pickup}
    into: booked
    undo: {do: shop.unbook, with: {ref: booked.ref}}
  - do: shop.finish
  - say: {zh: 办好了, en: All done.}
";

/// One question.
pub const STATUS: &str = "flow: status
title: {zh: 查单, en: order status}
starts: {phrases: {zh: [查单], en: [status]}}
slots:
  parcel: {type: tracking_number, title: {zh: 运单号, en: parcel number}}
steps:
  - collect: parcel
    ask: {zh: 哪个包裹？, en: Which parcel?}
  - do: shop.get
    with: {a: parcel}
    into: found
  - say: {zh: 在路上, en: It is on its way.}
";

/// No question.
pub const HOURS: &str = "flow: hours
title: {zh: 营业时间, en: opening hours}
starts: {phrases: {zh: [几点], en: [hours]}}
steps:
  - say: {zh: 九点, en: We open at nine.}
";

/// Finds out who the customer is.
pub const IDENTITY: &str = "flow: identity
title: {zh: 核对身份, en: identity check}
slots:
  phone: {type: phone, title: {zh: 手机号, en: phone}}
result: \"who == null ? {} : {'by': 'order_and_phone', 'external_id': who.id}\"
steps:
  - collect: phone
    ask: {zh: 手机号？, en: Your phone number?}
    retries: 1
    otherwise: [{end: failed}]
  - do: shop.get
    with: {a: phone}
    into: who
    on_error:
      not_found: [{say: {zh: 没找到, en: Not found.}}]
";

/// Only for verified customers.
pub const POINTS: &str = "flow: points
title: {zh: 积分, en: points}
starts: {phrases: {zh: [积分], en: [points]}}
needs: verified
slots:
  year: {type: integer, carry: false, title: {zh: 年, en: year}}
steps:
  - collect: year
    ask: {zh: 哪年？, en: Which year?}
  - say: {zh: '{{ year }} 年 3 分', en: '3 points in {{ year }}.'}
";
