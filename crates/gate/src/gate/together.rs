//! How gates change their places together: all of them, or none.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use parking_lot::MutexGuard;

use super::moves::Move;
use super::target::{First, Target};
use crate::error::StartError;
use crate::events::Recorded;
use crate::listening::{Listening as _, Movable};
use crate::sockets::Sockets;
use crate::udp;

/// Why gates cannot move. Nothing has changed.
#[derive(Debug, thiserror::Error)]
#[error("gate {gate}: {source}")]
pub struct MoveError {
    /// The name of the gate to blame.
    pub gate: String,
    /// What is wrong.
    pub source: StartError,
}

/// Has gates change their places: all of them, or none. Of several moves for one gate the last counts.
///
/// Where one of them leaves an address at which another is to listen, the other goes on there without a
/// moment in which clients are refused; who waits to be accepted waits for the other gate. So two gates can
/// change their ports with each other. That works where the addresses are the same: one which leaves all
/// addresses of a port still has the port to itself when another is to listen on a single one.
///
/// Who connects when this has returned comes to the gate and the server that it should.
/// A client that has been let in and is yet to be connected stays with its gate, and meets what that has come
/// to. Datagrams that come while a call fails may be lost.
///
/// # Errors
///
/// [`MoveError`] says which gate cannot be where it is to be, and why.
pub fn move_together(moves: &[Move]) -> Result<(), MoveError> {
    // In one order, so that of two calls at the same time none waits for the other for ever.
    let by_gate: BTreeMap<_, _> =
        moves.iter().map(|one| (Arc::as_ptr(&one.gate.core), one)).collect();
    let moves: Vec<&Move> = by_gate.into_values().collect();
    loop {
        // Before the locks are held, since a resolver may take its time.
        let first: Vec<_> =
            moves.iter().map(|one| blame(one, First::of(one))).collect::<Result<_, _>>()?;
        let mut locked: Vec<_> = moves.iter().map(|one| one.gate.listening()).collect();
        let targets = moves.iter().zip(first).zip(&locked);
        let targets =
            targets.map(|((one, first), sockets)| blame(one, Target::of(one, first, sockets)));
        let Some(targets) = targets.collect::<Result<Option<Vec<_>>, MoveError>>()? else {
            // One that is to start has moved meanwhile.
            continue;
        };
        have_places_of_their_own(&targets)?;
        let noted = carry_out(&targets, &mut locked)?;
        drop(locked);
        noted.into_iter().for_each(Recorded::log);
        return Ok(());
    }
}

fn blame<T>(one: &Move, result: Result<T, StartError>) -> Result<T, MoveError> {
    result.map_err(|source| MoveError { gate: one.shared().route().name.clone(), source })
}

/// Does all that may fail, and then the rest.
fn carry_out<'a>(
    targets: &[Target<'a>],
    locked: &mut [MutexGuard<'_, Sockets>],
) -> Result<Vec<Recorded<'a>>, MoveError> {
    let (mut streams, mut datagrams) = (Vec::new(), Vec::new());
    for (target, sockets) in targets.iter().zip(locked.iter_mut()) {
        match &mut **sockets {
            Sockets::Stream(sockets) => streams.push((target, sockets)),
            Sockets::Datagram(sockets) => datagrams.push((target, sockets)),
        }
    }
    let (ready_streams, ready_datagrams) = (prepare(&streams)?, prepare(&datagrams)?);
    accept_datagrams(&mut datagrams)?;
    targets.iter().for_each(Target::begin);
    settle(streams, ready_streams);
    settle(datagrams, ready_datagrams);
    let each = targets.iter().zip(locked.iter_mut());
    Ok(each.flat_map(|(target, sockets)| target.end(sockets)).collect())
}

fn prepare<S: Movable>(parts: &[(&Target<'_>, &mut S)]) -> Result<Vec<S::Ready>, MoveError> {
    let left = parts.iter().flat_map(|(target, sockets)| sockets.elsewhere(&target.at.addresses));
    let mut left: Vec<_> = left.collect();
    let prepare = |(target, sockets): &(&Target<'_>, &mut S)| {
        let (shared, accepting) = (target.of.shared(), target.accepting);
        let ready = sockets.prepare(shared, &target.at, accepting, &mut left);
        let ready =
            ready.and_then(|ready| target.leads_elsewhere(S::addresses_of(&ready)).map(|()| ready));
        blame(target.of, ready)
    };
    parts.iter().map(prepare).collect()
}

/// Has the sockets that gates of datagrams have already take them as they are to be, when all else is ready.
fn accept_datagrams(parts: &mut [(&Target<'_>, &mut udp::Listening)]) -> Result<(), MoveError> {
    for place in 0..parts.len() {
        let (target, sockets) = &mut parts[place];
        if let Err(source) = sockets.change(target.of.shared(), target.accepting) {
            for (target, sockets) in &mut parts[..place] {
                // That it cannot be as before is as good as can be had.
                let _ = sockets.change(target.of.shared(), target.accepted);
            }
            return blame(parts[place].0.of, Err(source.into()));
        }
    }
    Ok(())
}

/// Whether no two gates are to listen at one address: a socket that refuses would let it pass.
fn have_places_of_their_own(targets: &[Target<'_>]) -> Result<(), MoveError> {
    for (number, target) in targets.iter().enumerate() {
        let transport = target.of.shared().transport;
        let others = targets[..number].iter().filter(|one| one.of.shared().transport == transport);
        let mut taken = others.flat_map(|one| &one.at.addresses);
        if let Some(at) = taken.find(|at| at.port() != 0 && target.at.addresses.contains(at)) {
            let (listen, source) = (at.to_string(), io::ErrorKind::AddrInUse.into());
            return blame(target.of, Err(StartError::Listen { listen, source }));
        }
    }
    Ok(())
}

fn settle<S: Movable>(mut parts: Vec<(&Target<'_>, &mut S)>, ready: Vec<S::Ready>) {
    let mut left = Vec::new();
    for (target, sockets) in &mut parts {
        left.extend(sockets.leave(target.of.shared(), &target.at.addresses));
    }
    for ((target, sockets), ready) in parts.into_iter().zip(ready) {
        if target.runs {
            sockets.settle(target.of.shared(), ready, &mut left);
        }
    }
}
